import { equalBytes } from '../../base/bytes.ts';
import { removedPlace } from '../../ledger/state/readers.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import { decodeStoredTransaction } from '../storage/stored-transaction.ts';
import { IndexDifference } from './index-difference.ts';
import { indexEntryOf } from './index-entry.ts';

export interface HistoryRange {
  readonly envId: string;
  /** The newest block that is looked at: the newest that the index holds whole. */
  readonly height: number;
  /** Log indexes of the transactions that changed it, newest first, as the index has them. */
  readonly found: readonly number[];
  /** Nothing at or above this log index was asked for. */
  readonly before: number;
  /** `found` goes back to the first of them. */
  readonly isToItsBeginning: boolean;
}

/**
 * Makes sure that nothing is missing from a part of an environment's history, and nothing invented: between two of its
 * steps the environment's record is the same in the state, and a step's block holds no other of them. Each record names the
 * transaction that made it, or gave it back; what a rollback keeps of one that it took away names that rollback. So no earlier
 * one ever comes back.
 * @throws IndexDifference, STORAGE_CORRUPT
 */
export function checkHistory(
  chain: ChainReader,
  { envId, height: newest, found, before, isToItsBeginning }: HistoryRange,
): void {
  const recordAt = (height: number): Uint8Array | null => {
    if (height < 0) return null;
    const { environments } = chain.block(height).roots;
    return chain.tree.get(environments, envId) ?? chain.tree.get(environments, removedPlace(envId)) ?? null;
  };
  const steps = new Set(found);
  const heights = new Set(found.map((logIndex) => chain.heightOfLogIndex(logIndex)));
  const oldest = found.at(-1) ?? -1;
  // The block that the range ends in may hold steps on both sides of its end.
  let unchangedFrom = newest;
  if (before < chain.block(newest).header.log_size) {
    const edge = chain.heightOfLogIndex(before);
    heights.add(edge);
    unchangedFrom = edge;
  }
  for (const height of [...heights].sort((left, right) => right - left)) {
    const block = chain.block(height);
    if (!isSame(recordAt(unchangedFrom), recordAt(height))) throw missing(envId);
    for (const logIndex of stepsIn(chain, block, envId)) {
      if (logIndex < before && (isToItsBeginning || logIndex >= oldest) && !steps.delete(logIndex))
        throw missing(envId);
    }
    unchangedFrom = height - 1;
  }
  if (steps.size > 0) throw new IndexDifference(`the history of ${envId} has steps that did not touch it`);
  if (isToItsBeginning && recordAt(unchangedFrom) !== null) throw missing(envId);
}

function missing(envId: string): IndexDifference {
  return new IndexDifference(`the history of ${envId} lacks a step`);
}

function isSame(left: Uint8Array | null, right: Uint8Array | null): boolean {
  return left === null || right === null ? left === right : equalBytes(left, right);
}

/** Which transactions of a block changed an environment. Others are passed over by their bytes. */
function stepsIn(chain: ChainReader, block: StoredBlock, envId: string): number[] {
  const named = JSON.stringify(envId);
  const { firstLogIndex, header } = block;
  return chain.transactionsOf(block, firstLogIndex, header.log_size).flatMap((bytes, offset) => {
    const logIndex = firstLogIndex + offset;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!view.includes(named) && !isVote(view)) return [];
    const transaction = decodeStoredTransaction(bytes, logIndex);
    const { touched } = indexEntryOf(chain, header.index, { logIndex, transaction });
    return touched.has(envId) ? [logIndex] : [];
  });
}

/** A vote may carry out what its proposal names. Canonical JSON begins with the action. */
function isVote(bytes: Buffer): boolean {
  const action = /^\{"action":"([a-z_]+)"/.exec(bytes.toString('latin1', 0, 80))?.[1];
  return action === undefined || findAction(action)?.kind === 'control';
}
