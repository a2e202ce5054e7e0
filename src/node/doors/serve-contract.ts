import type { SupportedMessagePort } from '@orpc/client/message-port';
import { createRouterClient, type RouterClient } from '@orpc/server';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import type { Host } from '../host/host.ts';
import type { HostContext } from '../host/procedures.ts';
import { hostRouter } from '../host/router.ts';

/** Who calls, as the door that let them in found out: no call says it itself. */
export type Caller = Omit<HostContext, 'host'>;

/** The one contract of a host, for every caller that a door has admitted. */
export interface ServedContract {
  /** To the other end of a connection, until it closes. */
  socket(socket: WebSocket, caller: Caller): void;
  /** To the other end of a message port, which starts. */
  port(port: SupportedMessagePort & { start(): void }, caller: Caller): void;
  /** To a caller in this process. */
  client(caller: Caller): RouterClient<typeof hostRouter>;
}

/** Every door serves the contract by this: none has procedures of its own, or leaves one out. */
export function serveContract(host: Host): ServedContract {
  const sockets = new SocketHandler(hostRouter);
  const ports = new PortHandler(hostRouter);
  return {
    socket: (socket, caller) => void sockets.upgrade(socket, { context: { host, ...caller } }),
    port: (port, caller) => {
      ports.upgrade(port, { context: { host, ...caller } });
      port.start();
    },
    client: (caller) => createRouterClient(hostRouter, { context: { host, ...caller } }),
  };
}
