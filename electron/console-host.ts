import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';

import { Host } from '../src/node/host/host.ts';
import { hostRouter } from '../src/node/host/router.ts';
import { TERMINAL } from '../src/node/host/procedures.ts';
import { desktopSurface, type DesktopSurface } from '../src/node/host/surface.ts';
import { ensureSandbox } from '../src/node/host/sandbox.ts';
import type { ConsoleHost } from './console.ts';

export interface ConsoleHostOptions {
  readonly dataDirectory: string;
  /** Where there is no chain yet, make a sandbox chain first. */
  readonly sandbox: boolean;
  readonly version: string;
  readonly log: (line: string) => void;
}

/** The node of this machine behind the one contract: on the page's port, and on the socket that the `dm` command uses. */
export async function openConsoleHost(surface: DesktopSurface, options: ConsoleHostOptions): Promise<ConsoleHost> {
  const ports = new PortHandler(hostRouter);
  const sockets = new SocketHandler(hostRouter);
  const host = await Host.open({
    ...options,
    surface: desktopSurface(surface),
    mode: 'full',
    passphrase: null,
    now: Date.now,
    serveSocket: (socket, served) => void sockets.upgrade(socket, { context: { host: served, ...TERMINAL } }),
  });
  if (options.sandbox) await ensureSandbox(host);
  return {
    handlePort: (port) => {
      ports.upgrade(port, { context: { host, door: 'page', asker: 'page' } });
      port.start();
    },
    close: () => host.close(),
  };
}
