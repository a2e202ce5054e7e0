import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { count, hash, publicKey } from '../../base/fields.ts';
import { read, watch } from '../procedure.ts';
import { chainIdentity, failure, identifier, time } from '../schemas.ts';
import { checkpointView } from './checkpoints.ts';
import { blockSummary } from './blocks.ts';

/** How the node and its chain are: status, alerts, events, metrics. */

export const alert = z.object({
  code: z.string(),
  severity: z.enum(['warning', 'critical']),
  message: z.string(),
  /** What to do. */
  advice: z.string(),
  since: time,
});
export type Alert = z.infer<typeof alert>;

/** How a node is. */
export const health = z.enum(['healthy', 'degraded', 'failed']);

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
  health,
  alerts: z.array(alert),
  /** The emergency brake, while it is on. */
  frozen: z.object({ reason: z.string(), since: time, member_id: identifier }).nullable(),
  /** The time that the next block would have now: what is signed now is signed with it where the local clock is far from it. */
  block_time: time,
  /** The state of the node's clock. `ahead`: nothing is sealed with it. `behind`: the chain is ahead of it. */
  clock: z.enum(['right', 'ahead', 'behind']),
  /** Proposals that are open now. */
  open_proposals: count,
  /** Of these: what can never happen any more, and waits to be put away. */
  stale_proposals: count,
  /** Transactions accepted and not yet in a block. */
  pending: count,
  /** The query index follows the chain: blocks it has. Equal to `height` when it is up to date. */
  indexed_height: count,
  /**
   * What finding rests on, next to `indexed_height`. What is found was read from the chain; what is not found may be
   * missing here.
   */
  index: z.object({
    /** The newest block up to which this process held the index against the chain, -1 for none; null where all of it was. */
    unchecked_after: z.int().nullable(),
    /** Why it does not follow the chain; null where it does. */
    failure: failure.nullable(),
  }),
  /** Last integrity check of the whole chain, if there was one on this machine. */
  verified: z.object({ height: count, time, ok: z.boolean() }).nullable(),
  /** In the blocks of the last minute; null while the chain's time is ahead and stands still. */
  transactions_per_second: z.number().nullable(),
  /** Over the last minute, in microseconds from submission to disk; null when nothing was committed. */
  finality_p50_us: z.number().nullable(),
  finality_p99_us: z.number().nullable(),
  signature_verifier: z.enum(['native', 'noble']),
  /** Checkpoints of the log and their witnesses; null where the chain names no key for them. */
  checkpoint: checkpointView.nullable(),
  started_at: time,
  uptime_ms: count,
});
export type Status = z.infer<typeof status>;

/**
 * Something is to be undone, or was: follows the event of the block that it happened in. `rollback_proposed` comes before anything
 * changes, `rollback_executed` and `recalled` after it. Where one person alone may decide a rollback, nothing comes before.
 */
export const recoveryEvent = z.object({
  type: z.literal('recovery'),
  what: z.enum(['rollback_proposed', 'rollback_executed', 'recalled']),
  block_index: count,
  /** "Roll all environments back to block 12"; "Recall cartpole from Green". */
  title: z.string(),
  reason: z.string(),
  /** The member who proposed it, or recalled it. */
  member_id: identifier,
  /** Of a rollback. */
  proposal_id: hash.nullable(),
  /** Of a recall. */
  env_id: identifier.nullable(),
});
export type RecoveryEvent = z.infer<typeof recoveryEvent>;

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
  recoveryEvent,
  z.object({ type: z.literal('indexed'), height: count }),
  z.object({ type: z.literal('health'), health, alerts: z.array(alert) }),
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
  /** The chain's time: that of this machine, or what it is at where it is ahead. The last interval has not ended. */
  at: time,
  interval_ms: count,
  points: z.array(metricPoint),
  measured: z.array(measuredPoint),
});
export type Metrics = z.infer<typeof metrics>;

export const nodeProcedures = {
  status: read.output(status),
  events: watch.output(eventIterator(chainEvent)),
  metrics: read.input(z.strictObject({ minutes: z.int().min(1).max(1440) })).output(metrics),
};
