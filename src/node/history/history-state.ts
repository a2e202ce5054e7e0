import { QuantumLockError } from '../../base/errors.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { ChainReader, type ReadingOptions } from '../storage/chain-reader.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import type { RememberedHead } from './head-watch.ts';
import { findMissing } from './history-check.ts';
import { askPresentChain, hashOfHeader } from './present-chain.ts';
import { checkHistory } from './reader-check.ts';

/** A block that was decided and is not final: it has no seal yet. It is no part of the chain. */
export interface UnsealedBlock {
  readonly index: number;
  readonly hash: string;
}

/** How the chain of a data directory relates to what was seen of it before. */
export interface HistoryState {
  /** What the chain lacks, or has otherwise: nothing may be sealed on it. */
  readonly fault: QuantumLockError | null;
  readonly unsealed: UnsealedBlock | null;
  /** What some place had seen that the chain lacks. */
  readonly lacking: readonly RememberedHead[];
}

/** Faults for which a chain is shown, with an alert, and nothing is sealed. */
const READ_ONLY_FAULTS: ReadonlySet<string> = new Set(['HISTORY_CHANGED', 'BLOCK_REFUSED']);

export function isHistoryFault(error: unknown): error is QuantumLockError {
  return error instanceof QuantumLockError && READ_ONLY_FAULTS.has(error.code);
}

/**
 * `remembered`: by other places than `head.record`.
 * @throws STORAGE_CORRUPT and whatever keeps the chain from being read
 */
export function readHistoryState(
  dataDirectory: string,
  remembered: readonly RememberedHead[] = [],
  reading: ReadingOptions = {},
): HistoryState {
  const { chain } = dataPaths(dataDirectory);
  const { reader, database } = ChainReader.open(chain, { pageCacheCount: 16, ...reading });
  try {
    return guardStorage(CHAIN_DATABASE, () => {
      const lacks = askPresentChain(reader, (present) =>
        remembered.map((head) => ({ head, fault: findMissing(head.source, head.seen, present) })),
      );
      const lacking = lacks.filter(({ fault }) => fault !== null);
      return {
        fault: checkHistory(chain, reader, loadSignatureVerifier().verify) ?? lacking[0]?.fault ?? null,
        unsealed: readUnsealed(reader),
        lacking: lacking.map(({ head }) => head),
      };
    });
  } finally {
    database.close();
  }
}

export function readUnsealed(reader: ChainReader): UnsealedBlock | null {
  const decided = reader.decided();
  return decided === null ? null : { index: decided.height, hash: hashOfHeader(decided.row.header, reader) ?? 'none' };
}

/** Beside a running node a block is without its seal for a moment: it counts where it still is. */
export function stillUnsealed(dataDirectory: string, before: UnsealedBlock | null): UnsealedBlock | null {
  if (before === null) return null;
  const { unsealed } = readHistoryState(dataDirectory);
  return unsealed?.hash === before.hash ? unsealed : null;
}
