import type { MessagePortMain } from 'electron';

import type { Contents, ElectronApi, MessageEvent } from './electron-api.ts';
import { isPage } from './page-address.ts';

/** The page asks for its port on this channel, with no argument. */
export const CONNECT_CHANNEL = 'quantum-lock:connect';
/** The port travels back on this one. */
export const PORT_CHANNEL = 'quantum-lock:port';

export interface BridgeOptions {
  /** What the page in a window of ours speaks to; undefined where it is none of ours. */
  readonly portHandlerOf: (sender: Contents) => ((port: MessagePortMain) => void) | undefined;
  readonly log: (line: string) => void;
}

/**
 * The page's access to this process: it may ask for a message port, on which the host serves the contract. Besides it the preload tells
 * of dropped files (dropped-files.ts), which the page has no function for.
 * Anyone but our own page in a window of ours gets no answer; each window has a port of its own.
 */
export function openBridge(electron: ElectronApi, { portHandlerOf, log }: BridgeOptions): void {
  const openPorts = new WeakMap<Contents, MessagePortMain>();
  electron.ipcMain.on(CONNECT_CHANNEL, (event, ...args) => {
    const handlePort = portHandlerOf(event.sender);
    const refusal = handlePort === undefined ? 'the sender is no window of the console' : refusalOf(event, args);
    if (handlePort === undefined || refusal !== undefined) {
      log(`refused to connect: ${refusal}`);
      return;
    }
    // A page that was loaded again asks again; its old calls have nobody left to answer to.
    openPorts.get(event.sender)?.close();
    const { port1, port2 } = new electron.MessageChannelMain();
    openPorts.set(event.sender, port1);
    handlePort(port1);
    event.senderFrame?.postMessage(PORT_CHANNEL, null, [port2]);
  });
}

function refusalOf(event: MessageEvent, args: readonly unknown[]): string | undefined {
  return senderRefusal(event) ?? (args.length === 0 ? undefined : 'the request has arguments');
}

/** Why a message of a window of ours is not from our page; undefined where it is. */
export function senderRefusal(event: MessageEvent): string | undefined {
  if (event.senderFrame === null || event.senderFrame !== event.sender.mainFrame) {
    return 'the sender is not the top frame';
  }
  return isPage(event.senderFrame.url) ? undefined : `the sender shows ${event.senderFrame.url}`;
}
