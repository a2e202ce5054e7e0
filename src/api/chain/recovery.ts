import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import { ROLLBACK_SCOPE_MAX, TEXT_LENGTH_MAX } from '../../base/limits.ts';
import { rollbackCounts } from '../../ledger/actions/rollback-words.ts';
import { read } from '../procedure.ts';
import { identifier, pageLimit, time } from '../schemas.ts';
import { greenVersion, recallRecord } from './environments.ts';
import { neededApprovals } from './governance.ts';
import { person } from './members.ts';
import { rejection } from './submission.ts';

/** Going back: what a rollback would change, and the points of the history that one may go back to. */

/** What a person names to go back to. A time: the newest block at or before it. A checkpoint: the block in which Green got this label. */
export const rollbackAim = z.union([
  z.strictObject({ height: count }),
  z.strictObject({ time }),
  z.strictObject({ env_id: identifier, checkpoint: z.string().min(1).max(TEXT_LENGTH_MAX) }),
]);
export type RollbackAim = z.infer<typeof rollbackAim>;

/** What an environment has in its two lanes. */
const lanes = z.object({
  blue: z.object({ version: count, state_hash: hash }),
  green: greenVersion.nullable(),
  archived: z.boolean(),
});

/** One environment that would change. */
export const rollbackChange = z.object({
  env_id: identifier,
  /** Of the environment itself: it is there again, it is not there any longer, or it becomes another. */
  kind: z.enum(['returns', 'vanishes', 'changes']),
  /** Of Green: it is Green again, it is Green no longer, another version is Green, or Green stays as it is. */
  green: z.enum(['returns', 'leaves', 'changes', 'stays']),
  /** Now; null where it is not there. */
  before: lanes.nullable(),
  /** Afterwards; null where it would not be there. */
  after: lanes.nullable(),
  /** The promotion that would be undone: what is Green now and would not be any longer. */
  undone: greenVersion.nullable(),
  /** Why what was Green then does not become Green again: it was recalled since. */
  recall: recallRecord.nullable(),
});
export type RollbackChangeView = z.infer<typeof rollbackChange>;

export const rollbackPreview = z.object({
  target: z.object({ height: count, hash, time, environments_root: hash }),
  /** The environments in scope, each once and in order; null for all. */
  scope: z.array(identifier).nullable(),
  /** The newest block: the difference is from its state. */
  height: count,
  /** `shown` has the first of those that change. */
  counts: rollbackCounts,
  /** What matters most first: leaves Green, has another version Green, becomes Green again, the rest; then by env_id. */
  shown: z.array(rollbackChange),
  /** What to propose, as the payload of the action `rollback`; its `reason` is to be added. */
  payload: z.object({
    target_height: count,
    target_hash: hash,
    environments_root: hash,
    scope: z.array(identifier).nullable(),
  }),
  /** What it would do, in sentences. */
  sentence: z.string(),
  warnings: z.array(z.string()),
  /** Why it cannot be proposed now (nothing would change; an environment that was never there); null where it can. */
  obstacle: rejection.nullable(),
  /** Who must approve it: all of these. */
  requirements: z.array(neededApprovals),
  /** The emergency brake, while it is on. Where it is null, a freeze first keeps the difference as it is shown. */
  frozen: z.object({ reason: z.string(), since: time, member_id: identifier }).nullable(),
});
export type RollbackPreview = z.infer<typeof rollbackPreview>;

/** One thing that happened and that a person may want to go back before, or to. */
export const recoveryPoint = z.object({
  kind: z.enum(['promotion', 'checkpoint', 'recall', 'rollback']),
  block_index: count,
  block_hash: hash,
  time,
  log_index: count,
  /** Place among the operations of its transaction: with `log_index` it is unique. */
  position: count,
  transaction_id: hash,
  /** Null for a rollback of more than one environment. */
  env_id: identifier.nullable(),
  /** The version that was promoted, labelled or recalled; null for a rollback. */
  version: count.nullable(),
  /** The label of a checkpoint. */
  label: z.string().nullable(),
  /** Of a recall or a rollback. */
  reason: z.string().nullable(),
  /** The block that a rollback went back to. */
  target_height: count.nullable(),
  /** Who signed the transaction that did it. */
  member: person.nullable(),
});
export type RecoveryPoint = z.infer<typeof recoveryPoint>;

export const recoveryTimeline = z.object({
  /** Newest first. May be fewer than asked for, or none, where much else happened: continue while there is a `next_before`. */
  points: z.array(recoveryPoint),
  /** Pass as `before_log_index` for what is older; null at the end. */
  next_before: count.nullable(),
  indexed_height: count,
});
export type RecoveryTimeline = z.infer<typeof recoveryTimeline>;

export const recoveryProcedures = {
  /** What a rollback would change now, and who must approve it. Changes nothing. */
  rollbackPreview: read
    .input(
      z.strictObject({
        target: rollbackAim,
        /** In any order; null for all environments. */
        scope: z.array(identifier).min(1).max(ROLLBACK_SCOPE_MAX).nullable().default(null),
      }),
    )
    .output(rollbackPreview),
  /** Promotions, checkpoints, recalls and rollbacks, newest first; `from` and `to` are times of blocks, both included. */
  recoveryTimeline: read
    .input(
      z.strictObject({
        from: time.optional(),
        to: time.optional(),
        before_log_index: count.optional(),
        limit: pageLimit,
      }),
    )
    .output(recoveryTimeline),
};
