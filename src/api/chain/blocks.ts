import { z } from 'zod';
import { count, hash, publicKey, signature } from '../../base/fields.ts';
import { read } from '../procedure.ts';
import { identifier, pageLimit, time } from '../schemas.ts';
import { transaction } from './transactions.ts';

/** Blocks, their headers and their seals. */

export const blockSummary = z.object({
  index: count,
  hash,
  timestamp: time,
  validator: identifier,
  transaction_count: count,
});
export type BlockSummary = z.infer<typeof blockSummary>;

export const sealProof = z.object({ type: z.literal('seal'), public_key: publicKey, signature });

export const blockHeader = z.object({
  chain_id: z.string(),
  era: count,
  index: count,
  log_size: count,
  log_root: hash,
  previous_hash: hash,
  state_root: hash,
  timestamp: time,
  transactions_root: hash,
  validator: identifier,
  version: z.literal(2),
});

/** A block with the seed's fields and ours; `transactions` holds the asked-for page of them. */
export const blockView = blockHeader.extend({
  hash,
  /** Null where the block is final, and its proof has not arrived yet: the next block brings it. */
  proof: sealProof.nullable(),
  transactions: z.array(transaction),
  /** Ids of `transactions`, in the same order. */
  transaction_ids: z.array(hash),
  transaction_count: count,
  /** Log index of the block's first transaction. */
  first_log_index: count,
  size_bytes: count,
});
export type BlockView = z.infer<typeof blockView>;

export const blockProcedures = {
  /** Newest first, from `before` downwards (exclusive). */
  blocks: read
    .input(z.strictObject({ before: count.optional(), limit: pageLimit }))
    .output(z.object({ blocks: z.array(blockSummary), height: count })),
  block: read
    .input(
      z.strictObject({
        at: z.union([z.strictObject({ index: count }), z.strictObject({ hash })]),
        offset: count.default(0),
        limit: pageLimit.default(200),
      }),
    )
    .output(blockView),
};
