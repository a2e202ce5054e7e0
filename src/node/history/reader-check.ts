import type { QuantumLockError } from '../../base/errors.ts';
import type { VerifySignature } from '../../ledger/crypto/signature.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { readHeadRecord } from './head-record.ts';
import { checkHeadRecord } from './history-check.ts';
import { askPresentChain } from './present-chain.ts';

/** Reads at most, next to a validator that writes the record and the chain one after the other. */
const LOOKS_MAX = 50;

/**
 * Holds the chain against `head.record`, in any process and next to a running node. Both move on while they are looked
 * at: the chain is compared with the record that was there before it was read, and where it is longer than that, with
 * the next.
 */
export function checkHistory(
  chainDirectory: string,
  reader: ChainReader,
  verify: VerifySignature,
): QuantumLockError | null {
  let before = readHeadRecord(chainDirectory);
  for (let look = 1; ; look++) {
    const record = before;
    const fault = askPresentChain(reader, (chain) => checkHeadRecord(record, chain, verify));
    if (fault === null || look === LOOKS_MAX) return fault;
    const after = readHeadRecord(chainDirectory);
    if (typeof after !== 'object' || typeof before !== 'object' || after.hash === before.hash) return fault;
    before = after;
  }
}
