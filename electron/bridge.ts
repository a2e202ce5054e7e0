import type { MessagePortMain } from 'electron';

import type { ElectronApi, MessageEvent, Window } from './electron-api.ts';
import { isPage } from './page-address.ts';

/** The page asks for its port on this channel, with no argument. */
export const CONNECT_CHANNEL = 'quantum-lock:connect';
/** The port travels back on this one. */
export const PORT_CHANNEL = 'quantum-lock:port';

export interface BridgeOptions {
  readonly currentWindow: () => Window | undefined;
  readonly handlePort: (port: MessagePortMain) => void;
  readonly log: (line: string) => void;
}

/**
 * The whole of the page's access to this process: it may ask for a message port, on which the host serves the contract.
 * Anyone but our own page in our own window gets no answer.
 */
export function openBridge(electron: ElectronApi, { currentWindow, handlePort, log }: BridgeOptions): void {
  let openPort: MessagePortMain | undefined;
  electron.ipcMain.on(CONNECT_CHANNEL, (event, ...args) => {
    const refusal = refusalOf(event, args, currentWindow());
    if (refusal !== undefined) {
      log(`refused to connect: ${refusal}`);
      return;
    }
    // A page that was loaded again asks again; its old calls have nobody left to answer to.
    openPort?.close();
    const { port1, port2 } = new electron.MessageChannelMain();
    openPort = port1;
    handlePort(port1);
    event.senderFrame?.postMessage(PORT_CHANNEL, null, [port2]);
  });
}

function refusalOf(event: MessageEvent, args: readonly unknown[], window: Window | undefined): string | undefined {
  if (window === undefined || event.sender !== window.webContents) return 'the sender is not the console window';
  if (event.senderFrame === null || event.senderFrame !== event.sender.mainFrame) {
    return 'the sender is not the top frame';
  }
  if (!isPage(event.senderFrame.url)) return `the sender shows ${event.senderFrame.url}`;
  return args.length === 0 ? undefined : 'the request has arguments';
}
