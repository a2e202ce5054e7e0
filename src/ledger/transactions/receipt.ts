import type { Hash } from '../../base/bytes.ts';
import type { Rejection } from '../rejections.ts';

/** Where a transaction is in the chain. */
export interface Receipt {
  readonly id: Hash;
  readonly log_index: number;
  readonly block_index: number;
  readonly block_hash: Hash;
  /** Unix milliseconds. */
  readonly block_time: number;
}

/** The result of a transaction that was sent. */
export type SubmitResult =
  | { readonly outcome: 'committed'; readonly receipt: Receipt }
  | { readonly outcome: 'rejected'; readonly rejection: Rejection };
