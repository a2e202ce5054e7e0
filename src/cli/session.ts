import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../api/contract.ts';
import { QuantumLockError } from '../base/errors.ts';
import { readNodeConfig } from '../node/data-directory/node-config.ts';
import { serveContract } from '../node/doors/serve-contract.ts';
import { Host } from '../node/host/host.ts';
import { NO_SURFACE } from '../node/host/surface.ts';
import { TERMINAL } from '../node/host/procedures.ts';
import { findRunningNode, type RunningNode } from '../node/doors/socket/running-node.ts';
import { DirectoryWait } from './directory-wait.ts';
import { LimitedLink } from './limited-link.ts';

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

/**
 * Works through the node that runs on the directory, else with one of its own. Where another command has the directory,
 * this one waits for it.
 * @throws DATA_DIR_EMPTY, DATA_DIR_LOCKED after the wait, NODE_SILENT, PASSPHRASE_REQUIRED and whatever keeps the chain from opening
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { dataDirectory } = options;
  readNodeConfig(dataDirectory);
  const wait = new DirectoryWait(dataDirectory, options.log);
  for (;;) {
    const running = await findRunningNode(dataDirectory);
    if (running?.chain === 'open') return throughNode(running);
    running?.socket.terminate();
    if (running?.chain === 'opening') {
      await wait.step(
        new QuantumLockError('NODE_SILENT', `the node that runs on ${dataDirectory} takes too long to open`),
      );
      continue;
    }
    if (options.mode === 'read') return openOwn(options);
    // The process that has it may be a node that is about to serve.
    if (!(await wait.isFree())) continue;
    try {
      return await openOwn(options);
    } catch (error) {
      if (!(error instanceof QuantumLockError) || error.code !== 'DATA_DIR_LOCKED') throw error;
      await wait.step(error);
    }
  }
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
    // A command ends when it is done, and would take those with it that worked through it: they wait instead.
    openDoor: null,
  });
  const { problem } = host;
  if (problem !== null) {
    await host.close();
    throw QuantumLockError.fromFailure(problem);
  }
  return {
    client: serveContract(host).client(TERMINAL),
    isRemote: false,
    close: () => host.close(),
  };
}

/** The node that runs on the directory; null where none does. @throws NODE_SILENT, ACCESS_DENIED */
export async function connectToRunning(dataDirectory: string): Promise<Session | null> {
  const running = await findRunningNode(dataDirectory);
  return running === null ? null : throughNode(running);
}

function throughNode({ socket, runs, pid }: RunningNode): Session {
  const link = new LimitedLink(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }), {
    socket,
    name: `the ${runs} (process ${pid})`,
  });
  return { client: createORPCClient<ContractClient>(link), isRemote: true, close: () => link.close() };
}

/** For what runs until it is stopped: another one is not waited for, but named. @throws DATA_DIR_LOCKED, NODE_SILENT */
export async function assertNothingRuns(dataDirectory: string, log: (line: string) => void): Promise<void> {
  const running = await findRunningNode(dataDirectory);
  if (running === null) return new DirectoryWait(dataDirectory, log).untilFree();
  running.socket.terminate();
  throw new QuantumLockError(
    'DATA_DIR_LOCKED',
    `a ${running.runs} runs on ${dataDirectory} already (process ${running.pid})`,
    running.runs === 'console' ? { advice: 'For another link to it: `dm console --link`. Or stop it first.' } : {},
  );
}
