import type { Hash, PublicKey, Signature } from '../../base/bytes.ts';

/** The header without `hash` and `proof`: what the block hash covers. */
export interface BlockHeader {
  readonly chain_id: string;
  /** That its transactions are of: never less than the parent's, and at most one more. */
  readonly era: number;
  readonly index: number;
  /** Transactions in the log after this block. */
  readonly log_size: number;
  /** RFC 6962 root over all transactions up to and with this block. */
  readonly log_root: Hash;
  readonly previous_hash: Hash;
  readonly state_root: Hash;
  /** Unix milliseconds; never before the parent's in the same era. */
  readonly timestamp: number;
  /** RFC 6962 root over this block's transactions. */
  readonly transactions_root: Hash;
  /** Validator id. */
  readonly validator: string;
  readonly version: 2;
}

/** One validator's seal over the block hash. */
export interface SealProof {
  readonly type: 'seal';
  readonly public_key: PublicKey;
  readonly signature: Signature;
}

export type BlockProof = SealProof;
