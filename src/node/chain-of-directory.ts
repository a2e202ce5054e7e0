import { QuantumLockError } from '../base/errors.ts';
import type { ChainIdentity } from '../ledger/chain-identity.ts';
import { misfit } from './storage/block-check.ts';
import { ChainReader } from './storage/chain-reader.ts';

export interface ChainOfDirectory {
  readonly identity: ChainIdentity;
  /** That the next block may have, Unix milliseconds. */
  readonly leastTime: number;
  readonly height: number;
}

/** The chain in a directory, which must be the one that is named. @throws STORAGE_CORRUPT, DATA_DIR_OTHER_CHAIN */
export function chainOfDirectory(chainDirectory: string, chainId: string): ChainOfDirectory {
  const { reader, database } = ChainReader.open(chainDirectory, { pageCacheCount: 16 });
  try {
    const { chain_id: named } = reader.block(0).header;
    if (named !== reader.chainId()) throw misfit('meta', `does not name the chain of block 0, ${named}`);
    const identity = reader.identity();
    if (identity.chain_id !== chainId) {
      throw new QuantumLockError(
        'DATA_DIR_OTHER_CHAIN',
        `${chainDirectory} holds chain ${identity.chain_id}, but this directory belongs to ${chainId}`,
      );
    }
    return { identity, leastTime: reader.leastTime(), height: reader.height() };
  } finally {
    database.close();
  }
}
