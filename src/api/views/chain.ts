import { z } from 'zod';
import { chainIdentity, identifier, time, zone } from '../schemas.ts';
import { count, hash, jsonObject, publicKey, signature } from '../../base/fields.ts';

/** What the chain tells of itself: status, blocks, transactions, events, metrics. */

export const alert = z.object({
  code: z.string(),
  severity: z.enum(['warning', 'critical']),
  message: z.string(),
  /** What to do. */
  advice: z.string(),
  since: time,
});
export type Alert = z.infer<typeof alert>;

export const status = z.object({
  ...chainIdentity,
  sandbox: z.boolean(),
  /** Index of the newest block; genesis is block 0. */
  height: count,
  head_hash: hash,
  head_time: time,
  state_root: hash,
  log_size: count,
  log_root: hash,
  validators: z.array(
    z.object({
      validator_id: identifier,
      public_key: publicKey,
      active: z.boolean(),
      blocks_sealed: count.nullable(),
      last_seen: time.nullable(),
    }),
  ),
  health: z.enum(['healthy', 'degraded', 'failed']),
  alerts: z.array(alert),
  /** The emergency brake, while it is on. */
  frozen: z.object({ reason: z.string(), since: time, member_id: identifier }).nullable(),
  /** The time that the next block would have now: what is signed now is signed with it where the local clock is far from it. */
  block_time: time,
  /** How the node's clock stands. `ahead`: nothing is sealed with it. `behind`: the chain is ahead of it. */
  clock: z.enum(['right', 'ahead', 'behind']),
  /** Proposals that are open now. */
  open_proposals: count,
  /** Of these: what can never happen any more, and waits to be put away. */
  stale_proposals: count,
  /** Transactions accepted and not yet in a block. */
  pending: count,
  /** The query index follows the chain: blocks it has. Equal to `height` when it is up to date. */
  indexed_height: count,
  /** What finding rests on, beside `indexed_height`. What is found was read from the chain; what is not found may be missing here. */
  index: z.object({
    /** The newest block up to which this process held the index against the chain, -1 for none; null where all of it was. */
    unchecked_after: z.int().nullable(),
    /** Why it does not follow the chain; null where it does. */
    failure: z.object({ code: z.string(), message: z.string(), advice: z.string() }).nullable(),
  }),
  /** Last integrity check of the whole chain, if there was one on this machine. */
  verified: z.object({ height: count, time, ok: z.boolean() }).nullable(),
  /** In the blocks of the last minute; null while the chain's time is ahead and stands still. */
  transactions_per_second: z.number().nullable(),
  /** Over the last minute, in microseconds from submission to disk; null when nothing was committed. */
  finality_p50_us: z.number().nullable(),
  finality_p99_us: z.number().nullable(),
  signature_verifier: z.enum(['native', 'noble']),
  started_at: time,
  uptime_ms: count,
});
export type Status = z.infer<typeof status>;

export const transaction = z.object({
  action: z.string(),
  chain_id: z.string(),
  era: count,
  nonce: z.int(),
  payload: jsonObject,
  recipient: zone,
  sender: zone,
  signature,
  signer: publicKey,
  timestamp: time,
});

/** A line of the audit log. */
export const transactionRow = z.object({
  id: hash,
  /** Position in the log, from 0. */
  log_index: count,
  block_index: count,
  block_time: time,
  action: z.string(),
  sender: zone,
  recipient: zone,
  signer: publicKey,
  member_id: identifier.nullable(),
  member_name: z.string().nullable(),
  env_id: z.string().nullable(),
  /** One plain sentence: what it did. */
  summary: z.string(),
});
export type TransactionRow = z.infer<typeof transactionRow>;

export const transactionView = transactionRow.extend({ transaction, size_bytes: count });
export type TransactionView = z.infer<typeof transactionView>;

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
  proof: sealProof,
  transactions: z.array(transaction),
  /** Ids of `transactions`, in the same order. */
  transaction_ids: z.array(hash),
  transaction_count: count,
  /** Log index of the block's first transaction. */
  first_log_index: count,
  size_bytes: count,
});
export type BlockView = z.infer<typeof blockView>;

export const receipt = z.object({
  id: hash,
  log_index: count,
  block_index: count,
  block_hash: hash,
  block_time: time,
});

export const rejection = z.object({ code: z.int(), name: z.string(), message: z.string() });

export const chainEvent = z.discriminatedUnion('type', [
  /** Sent on subscribing, and whenever the subscriber lagged too far behind: read everything again. */
  z.object({ type: z.literal('resync'), height: count }),
  z.object({
    type: z.literal('block'),
    block: blockSummary,
    /** Environments this block touched (at most 100 named). */
    env_ids: z.array(z.string()),
    actions: z.array(z.string()),
    /** Whether it may have changed who may do what, or what waits for whom. */
    changes_governance: z.boolean(),
    log_size: count,
  }),
  z.object({ type: z.literal('indexed'), height: count }),
  z.object({ type: z.literal('health'), health: z.enum(['healthy', 'degraded', 'failed']), alerts: z.array(alert) }),
]);
export type ChainEvent = z.infer<typeof chainEvent>;

/** What the blocks hold, by their own time. */
export const metricPoint = z.object({
  /** Start of the interval. */
  time,
  /**
   * Null where the chain had not begun, where there was no block and this node was not there either, and in the last interval of
   * a chain whose time stands still.
   */
  blocks: count.nullable(),
  transactions: count.nullable(),
});
/** What this process measured, by this machine's clock; null where it had not begun. */
export const measuredPoint = z.object({
  time,
  rejected: count.nullable(),
  finality_p50_us: z.number().nullable(),
  finality_p99_us: z.number().nullable(),
});
export const metrics = z.object({
  /** The chain's time: that of this machine, or what it stands at where it is ahead. The last interval goes on still. */
  at: time,
  interval_ms: count,
  points: z.array(metricPoint),
  measured: z.array(measuredPoint),
});
export type Metrics = z.infer<typeof metrics>;

export const auditFilter = z.strictObject({
  actions: z.array(z.string()).max(32).optional(),
  /** A member id or a public key. */
  signer: z.string().max(200).optional(),
  env_id: z.string().max(200).optional(),
  from_time: time.optional(),
  to_time: time.optional(),
  from_block: count.optional(),
  to_block: count.optional(),
  /** Words that all occur in the transaction's text, a prefix each. */
  text: z.string().max(200).optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

export const auditPage = z.object({
  /** Newest first. */
  rows: z.array(transactionRow),
  /** Pass as `before_log_index` for the next page; null at the end. */
  next_before: count.nullable(),
  indexed_height: count,
  log_size: count,
});
export type AuditPage = z.infer<typeof auditPage>;

export const searchResult = z.object({
  kind: z.enum(['block', 'transaction', 'environment', 'member']),
  id: z.string(),
  title: z.string(),
  subtitle: z.string(),
});
export type SearchResult = z.infer<typeof searchResult>;
