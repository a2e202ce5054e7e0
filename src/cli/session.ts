import { createRouterClient } from '@orpc/server';
import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { RPCHandler } from '@orpc/server/ws';
import type { ContractRouterClient } from '@orpc/contract';
import { existsSync } from 'node:fs';
import { WebSocket } from 'ws';
import type { contract } from '../api/contract.ts';
import { isErrorCode, QuantumLockError } from '../base/errors.ts';
import { dataPaths, readNodeConfig } from '../node/data-directory.ts';
import { Host, NO_SURFACE } from '../node/host/host.ts';
import { hostRouter } from '../node/host/router.ts';

export type ContractClient = ContractRouterClient<typeof contract>;

/** A node to work with: the one that runs on the data directory, or one of this command's own. */
export interface Session {
  readonly client: ContractClient;
  /** The node runs in another process. */
  readonly isRemote: boolean;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly dataDirectory: string;
  /** `read` needs no key and takes no lock. */
  readonly mode: 'full' | 'read';
  /** Asked for only where the validator's key is encrypted and nothing runs yet. */
  readonly passphrase: () => Promise<string | null>;
  readonly version: string;
  readonly log: (line: string) => void;
}

/** @throws DATA_DIR_EMPTY, DATA_DIR_LOCKED, PASSPHRASE_REQUIRED and whatever keeps the chain from opening */
export async function openSession(options: SessionOptions): Promise<Session> {
  readNodeConfig(options.dataDirectory);
  return (await connectToRunning(options.dataDirectory)) ?? openOwn(options);
}

async function openOwn(options: SessionOptions): Promise<Session> {
  const host = await Host.open({
    dataDirectory: options.dataDirectory,
    surface: NO_SURFACE,
    version: options.version,
    mode: options.mode,
    passphrase: options.mode === 'read' ? null : await options.passphrase(),
    now: Date.now,
    log: () => undefined,
    // A long command serves the directory's socket too, so that two commands can work at once.
    serveSocket:
      options.mode === 'read'
        ? null
        : (socket) => void new RPCHandler(hostRouter).upgrade(socket, { context: { host, door: 'terminal' } }),
  });
  const { problem } = host;
  if (problem !== null) {
    await host.close();
    throw new QuantumLockError(isErrorCode(problem.code) ? problem.code : 'NODE_FAILED', problem.message, {
      advice: problem.advice,
    });
  }
  return {
    client: createRouterClient(hostRouter, { context: { host, door: 'terminal' } }),
    isRemote: false,
    close: () => host.close(),
  };
}

/** The running node's socket; null where nothing runs. */
export async function connectToRunning(dataDirectory: string): Promise<Session | null> {
  const { socket: path } = dataPaths(dataDirectory);
  if (process.platform !== 'win32' && !existsSync(path)) return null;
  const socket = new WebSocket(`ws+unix:${path}:/`);
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (!opened) return null;
  const client = createORPCClient<ContractClient>(
    new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
  );
  return {
    client,
    isRemote: true,
    close: () =>
      new Promise((resolve) => {
        socket.once('close', () => resolve());
        socket.close();
      }),
  };
}

/** An error that crossed the contract, as ours again. */
export function localError(error: unknown): unknown {
  if (!(error instanceof ORPCError)) return error;
  const data = error.data as
    | { readonly advice?: string; readonly context?: Readonly<Record<string, string | number | boolean | null>> }
    | undefined;
  if (isErrorCode(error.code)) {
    return new QuantumLockError(error.code, error.message, {
      ...(data?.advice === undefined ? {} : { advice: data.advice }),
      ...(data?.context === undefined ? {} : { context: data.context }),
    });
  }
  if (error.code === 'BAD_REQUEST') {
    const issues = (
      error.data as
        | { readonly issues?: readonly { readonly message: string; readonly path?: readonly unknown[] }[] }
        | undefined
    )?.issues;
    const first = issues?.[0];
    return new QuantumLockError(
      'INPUT_INVALID',
      first === undefined ? error.message : `${(first.path ?? []).map(String).join('.')}: ${first.message}`,
      { cause: error },
    );
  }
  return error;
}
