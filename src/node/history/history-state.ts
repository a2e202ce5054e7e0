import { QuantumLockError } from '../../base/errors.ts';
import { decodeHeader, headerHash } from '../../ledger/block.ts';
import { dataPaths } from '../data-directory.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { checkHistory } from './reader-check.ts';

/** A block that was decided and has no seal yet. It is no part of the chain. */
export interface UnsealedBlock {
  readonly index: number;
  readonly hash: string;
}

/** How the chain of a data directory stands to what was seen of it before. */
export interface HistoryState {
  /** What the chain lacks, or has otherwise: nothing may be sealed on it. */
  readonly fault: QuantumLockError | null;
  readonly unsealed: UnsealedBlock | null;
}

/** Faults for which a chain is shown, with an alert, and nothing is sealed. */
const READ_ONLY_FAULTS: ReadonlySet<string> = new Set(['HISTORY_CHANGED', 'BLOCK_REFUSED']);

export function isHistoryFault(error: unknown): error is QuantumLockError {
  return error instanceof QuantumLockError && READ_ONLY_FAULTS.has(error.code);
}

/** @throws STORAGE_CORRUPT and whatever keeps the chain from being read */
export function readHistoryState(dataDirectory: string): HistoryState {
  const { chain } = dataPaths(dataDirectory);
  const { reader, database } = ChainReader.open(chain, { pageCacheCount: 16 });
  try {
    return { fault: checkHistory(chain, reader, loadSignatureVerifier().verify), unsealed: readUnsealed(reader) };
  } finally {
    database.close();
  }
}

export function readUnsealed(reader: ChainReader): UnsealedBlock | null {
  const row = reader.blockRow(reader.heightOrNone() + 1);
  if (row === undefined) return null;
  const header = decodeHeader(row.header);
  return { index: header.index, hash: headerHash(header, reader.chain()) };
}
