import { RPCLink } from '@orpc/client/message-port';

import type { Channel } from './channel.ts';

/** What the preload puts on the window: it asks the main process for a port, which then comes as a window message. */
interface HostWindow {
  readonly quantumLock?: { readonly connect: () => void };
}

const PORT_MESSAGE = 'quantum-lock:port';
const PORT_TIMEOUT_MS = 10_000;

function hostWindow(): HostWindow {
  return globalThis as unknown as HostWindow;
}

/** Whether this page runs inside the desktop application. */
export function hasMessagePortHost(): boolean {
  return hostWindow().quantumLock !== undefined;
}

export async function openMessagePortChannel(): Promise<Channel> {
  const port = await receivePort();
  const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve(), { once: true }));
  port.start();
  return { link: new RPCLink({ port }), closed };
}

function receivePort(): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      globalThis.removeEventListener('message', onMessage);
      reject(new Error('the application does not answer'));
    }, PORT_TIMEOUT_MS);
    const onMessage = (event: MessageEvent<unknown>): void => {
      const [port] = event.ports;
      // Only the preload of this very window hands over a port; a message of any other source is not ours.
      if (event.source !== globalThis.window || port === undefined || !isPortMessage(event.data)) return;
      clearTimeout(timer);
      globalThis.removeEventListener('message', onMessage);
      resolve(port);
    };
    globalThis.addEventListener('message', onMessage);
    hostWindow().quantumLock?.connect();
  });
}

function isPortMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === PORT_MESSAGE;
}
