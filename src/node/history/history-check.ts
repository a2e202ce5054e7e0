import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { headerHash } from '../../ledger/blocks/block.ts';
import { verifyProof } from '../../ledger/blocks/block-proof.ts';
import type { VerifySignature } from '../../ledger/crypto/signature.ts';
import type { HeadRecord, StoredHeadRecord } from './head-record.ts';
import type { SeenHead } from '../data-directory/seen-head.ts';

/** What is asked of the chain that is there. */
export interface PresentChain {
  readonly genesis: Hash;
  /** The newest block. */
  readonly height: number;
  /** The newest block that has its proof: blocks behind it are final, and their proofs have not arrived yet. */
  readonly proved_height: number;
  readonly log_size: number;
  /** Hash of a block; of the one that is decided alone too. Null where there is none. */
  readonly hashAt: (height: number) => Hash | null;
}

/** `source`: who remembers, as the report names it. Returns what the chain lacks, or null. */
export function findMissing(source: string, seen: SeenHead, chain: PresentChain): QuantumLockError | null {
  const lost = (message: string, context: { readonly [name: string]: string | number }): QuantumLockError =>
    new QuantumLockError('HISTORY_CHANGED', message, {
      context: { source, seen_index: seen.index, seen_hash: seen.hash, height: chain.height, ...context },
    });
  if (seen.genesis !== chain.genesis)
    return lost(
      `chain/ holds another chain than the one of this directory: its genesis is ${chain.genesis}, and ${source} is of ${seen.genesis}`,
      { reason: 'other_chain', genesis: chain.genesis },
    );
  const hash = chain.hashAt(seen.index);
  if (hash === null) {
    const blocks = seen.index - chain.height;
    const transactions = seen.log_size - chain.log_size;
    return lost(
      `chain/ ends at block ${chain.height}, and ${source} has seen block ${seen.index} (${seen.hash}): ${blocks} block(s) with ${transactions} transaction(s) are missing`,
      { reason: 'shorter', missing_blocks: blocks, missing_transactions: transactions },
    );
  }
  if (hash !== seen.hash)
    return lost(
      `block ${seen.index} of chain/ is ${hash}, and ${source} has seen ${seen.hash} there: the history was replaced`,
      { reason: 'rewritten', hash },
    );
  return null;
}

export function seenHeadOf({ genesis, hash, header }: Pick<HeadRecord, 'genesis' | 'hash' | 'header'>): SeenHead {
  return { genesis, index: header.index, hash, log_size: header.log_size, log_root: header.log_root };
}

/** Whether the seal in a record is one over its header: the chain that has the block says whether its key may seal. */
function isSealed({ genesis, hash, header, proof }: HeadRecord, verify: VerifySignature): boolean {
  return headerHash(header, { genesis }) === hash && verifyProof(header, { genesis }, proof, verify);
}

/**
 * Holds a head record against the chain: its proofs end at its block. The record is written first, so a chain that has more of them
 * was not sealed by this machine, or the record was put back.
 */
export function checkHeadRecord(
  record: StoredHeadRecord,
  chain: PresentChain,
  verify: VerifySignature,
): QuantumLockError | null {
  if (record === 'missing')
    return new QuantumLockError(
      'HISTORY_CHANGED',
      `the record of the newest block (head.record) is missing: it is not known whether the chain is complete`,
      { context: { reason: 'record_missing', height: chain.height } },
    );
  if (record === 'damaged' || !isSealed(record, verify))
    return new QuantumLockError(
      'HISTORY_CHANGED',
      'the record of the newest block (head.record) is damaged or was not written by this program',
      { context: { reason: 'record_damaged', height: chain.height } },
    );
  const missing = findMissing('head.record', seenHeadOf(record), chain);
  if (missing !== null) return missing;
  const { proved_height: proved } = chain;
  if (record.header.index >= proved) return null;
  return new QuantumLockError(
    'HISTORY_CHANGED',
    `chain/ ends at block ${proved}, and head.record at block ${record.header.index}: ${proved - record.header.index} block(s) were not sealed here, or the record is an older copy`,
    { context: { reason: 'record_older', height: proved, seen_index: record.header.index } },
  );
}
