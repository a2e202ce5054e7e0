import { QuantumLockError } from '../../base/errors.ts';
import type { Hash } from '../../base/bytes.ts';
import { chainTraces } from '../data-directory/chain-traces.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { holdsForeignFiles } from '../data-directory/prepare-data-directory.ts';
import { holdsChain } from '../data-directory/holds-chain.ts';
import { isThere } from '../data-directory/is-there.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import { readHeadRecord } from '../history/head-record.ts';
import { ChainReader } from '../storage/chain-reader.ts';

/** A chain by its newest block. */
interface ChainHead {
  readonly genesis: Hash;
  readonly height: number;
  readonly hash: Hash;
}

/** What is in a directory before something is restored into it. */
export interface RestoreTarget {
  /** Which chain it is of; null where nothing tells. */
  readonly genesis: Hash | null;
  /** The newest block of the chain that is there; null where none is, or it cannot be read. */
  readonly height: number | null;
  /** The newest block that was sealed there; null where nothing tells. */
  readonly seen: Pick<ChainHead, 'height' | 'hash'> | null;
}

/** @throws STORAGE_DENIED, STORAGE_FAILED */
export function readTarget(root: string): RestoreTarget {
  const record = isThere(root) ? readHeadRecord(dataPaths(root).chain) : 'missing';
  const recorded = typeof record === 'string' ? null : record;
  const present = isThere(root) && holdsChain(root) ? readPresentHead(root) : null;
  const isRecordNewer = recorded !== null && recorded.header.index >= (present?.height ?? -1);
  return {
    genesis: present?.genesis ?? recorded?.genesis ?? null,
    height: present?.height ?? null,
    seen: isRecordNewer ? { height: recorded.header.index, hash: recorded.hash } : present,
  };
}

/** Null where there is no chain, or it cannot be read: which is what a restore is for. */
export function readPresentHead(root: string): ChainHead | null {
  try {
    const { reader, database } = ChainReader.open(dataPaths(root).chain, { pageCacheCount: 16 });
    try {
      return guardStorage(root, () => {
        const { header, hash } = reader.head();
        return { genesis: reader.chain().genesis, height: header.index, hash };
      });
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof QuantumLockError) return null;
    throw error;
  }
}

/** Whether a chain may be restored into a directory. @throws DATA_DIR_OTHER_CHAIN, DATA_DIR_NOT_EMPTY */
export function assertMayRestore(
  root: string,
  target: RestoreTarget,
  chain: { readonly chain_id: string; readonly genesis: Hash },
): void {
  if (target.genesis !== null && target.genesis !== chain.genesis)
    throw new QuantumLockError(
      'DATA_DIR_OTHER_CHAIN',
      `${root} is of another chain (its genesis is ${target.genesis}) than the backup (${chain.chain_id}, ${chain.genesis})`,
      { advice: 'Restore into another directory, with --data: each chain has one of its own.' },
    );
  if (isThere(root) && !holdsChain(root) && chainTraces(root).length === 0 && holdsForeignFiles(root))
    throw new QuantumLockError('DATA_DIR_NOT_EMPTY', `${root} holds other files; a chain gets a directory of its own`);
}
