import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';

import { proveSecret, type Proved } from '../../../../renderer/bridge/prove-secret.ts';
import { LINK_FRAGMENT } from '../../../../src/api/bridge-handshake.ts';
import type { contract } from '../../../../src/api/contract.ts';
import { decodeHex } from '../../../../src/base/bytes.ts';

export type BridgeClient = ContractRouterClient<typeof contract>;

/** The token of a link, which browsers keep to themselves. */
export function tokenOf(link: string): Uint8Array {
  return decodeHex(`0x${new URL(link).hash.slice(1 + LINK_FRAGMENT.length + 1)}`);
}

/** A connection to the bridge, as a program makes it: Node resolves no *.localhost. Null where the upgrade was refused. */
export async function connectBridge(
  origin: string,
  headers: Readonly<Record<string, string>> = { origin },
  address = '127.0.0.1',
): Promise<WebSocket | null> {
  const { port, host } = new URL(origin);
  const socket = new WebSocket(`ws://${address}:${port}/bridge`, { headers: { host, ...headers } });
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket));
    socket.on('error', () => resolve(null));
  });
}

export function prove(socket: WebSocket, secret: Uint8Array, origin: string): Promise<Proved> {
  return proveSecret(socket as unknown as globalThis.WebSocket, secret, origin);
}

/** Whoever holds a link, or a session, drives the bridge as it likes. */
export async function signIn(
  origin: string,
  secret: Uint8Array,
): Promise<{ readonly socket: WebSocket; readonly client: BridgeClient; readonly session: Uint8Array }> {
  const socket = await connectBridge(origin);
  if (socket === null) throw new Error('the bridge is closed');
  const proved = await prove(socket, secret, origin);
  if (proved.outcome !== 'welcome') throw new Error(`the bridge: ${proved.outcome}`);
  const client = createORPCClient<BridgeClient>(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  return { socket, client, session: proved.derived };
}
