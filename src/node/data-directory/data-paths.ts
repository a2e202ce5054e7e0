import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

/** What is where in a data directory. */
export interface DataPaths {
  readonly root: string;
  /** chain.db: the ledger. */
  readonly chain: string;
  /** Off-chain content. */
  readonly blobs: string;
  readonly config: string;
  /** Where a running node listens for this machine's command line. */
  readonly socket: string;
}

export function dataPaths(root: string): DataPaths {
  return {
    root,
    chain: join(root, 'chain'),
    blobs: join(root, 'blobs'),
    config: join(root, 'node.json'),
    socket: socketPath(root),
  };
}

function socketPath(root: string): string {
  if (process.platform !== 'win32') return join(resolve(root), 'node.sock');
  const name = createHash('sha256').update(resolve(root)).digest('hex').slice(0, 24);
  return String.raw`\\.\pipe\quantum-lock-${name}`;
}
