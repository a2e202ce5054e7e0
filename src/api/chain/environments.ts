import { z } from 'zod';
import { count, hash, jsonObject } from '../../base/fields.ts';
import { LISTED_TAG_LENGTH_MAX } from '../../base/limits.ts';
import { read } from '../procedure.ts';
import { identifier, moment, pageLimit, time } from '../schemas.ts';

/** Environments: their two zones, versions and lineage. */

const source = z.object({ env_id: identifier, version: count, state_hash: hash });

export const blueVersion = z.object({
  version: count,
  state_hash: hash,
  metadata: jsonObject,
  file_count: count.nullable(),
  size_bytes: count.nullable(),
  updated_at: time,
  updated_by: identifier,
  transaction_id: hash,
  sources: z.array(source),
  note: z.string().nullable(),
});

export const greenVersion = z.object({
  version: count,
  state_hash: hash,
  metadata: jsonObject,
  promoted_at: time,
  promoted_by: identifier,
  approved_by: z.array(identifier),
  transaction_id: hash,
});

export const checkpoint = z.object({
  version: z.string(),
  checkpoint_hash: hash,
  created_at: time,
  created_by: identifier,
  transaction_id: hash,
});

/** What was Green and was taken back: since when, by whom and why. */
export const recallRecord = z.object({
  version: count,
  state_hash: hash,
  promoted_at: time,
  /** The transaction that had promoted it. */
  promotion: hash,
  recalled_at: time,
  recalled_by: identifier,
  approved_by: z.array(identifier),
  emergency: z.boolean(),
  reason: z.string(),
  superseded_by: z.object({ env_id: identifier, version: count }).nullable(),
  transaction_id: hash,
});

/** The rollback that gave a record back. */
export const rollbackMark = z.object({ transaction_id: hash, target_height: count, at: time, by: identifier });

export const environmentRecord = z.object({
  env_id: identifier,
  created_at: time,
  created_by: identifier,
  archived_at: time.nullable(),
  blue: blueVersion,
  green: greenVersion.nullable(),
  checkpoint: checkpoint.nullable(),
  /** The greatest version number that was ever given. */
  latest_version: count,
  /** The newest recall. */
  recalled: recallRecord.nullable(),
  rollback: rollbackMark.nullable(),
});

/**
 * What "is it Green?" is answered with. `recalled`: nothing is Green there, and what was Green last and is on record was taken
 * back; see `recalled` for since when, by whom, why, and what is to be used instead.
 */
export const greenStatus = z.enum(['green', 'not_green', 'recalled']);

export const environmentView = environmentRecord.extend({
  /** At the height of this view. */
  green_status: greenStatus,
  /**
   * Of what is Green in this view: that it was taken back since, as the newest state has it. Anyone who asks what was Green at a
   * time learns here that it is not to be used any longer. Null where nothing is Green here, or it was not recalled.
   */
  green_recalled_since: recallRecord.nullable(),
  /** The height at which this was read. */
  height: count,
  state_root: hash,
});
export type EnvironmentView = z.infer<typeof environmentView>;

export const environmentSummary = z.object({
  env_id: identifier,
  name: z.string().nullable(),
  /** What it is for: the beginning of its description. */
  description: z.string().nullable(),
  tags: z.array(z.string()),
  /** Who registered it: the member who answers for it. */
  owner: identifier,
  archived: z.boolean(),
  blue_version: count,
  blue_state_hash: hash,
  updated_at: time,
  green_version: count.nullable(),
  green_state_hash: hash.nullable(),
  promoted_at: time.nullable(),
  checkpoint_version: z.string().nullable(),
  merged: z.boolean(),
  green_status: greenStatus,
  /** The newest recall; what is Green now, if anything, was not recalled. */
  recalled: recallRecord.nullable(),
  /** The rollback that gave this record back. */
  rollback: rollbackMark.nullable(),
});
export type EnvironmentSummary = z.infer<typeof environmentSummary>;

/**
 * Where an environment is on its way to Green. `not_green`: nothing of it is. `ahead`: Blue has a version that Green has not. `same`:
 * Green is Blue's version. `recalled`: what was Green was taken back.
 */
export const environmentStage = z.enum(['not_green', 'ahead', 'same', 'recalled']);
export type EnvironmentStage = z.infer<typeof environmentStage>;

export function environmentStageOf({
  green_status: status,
  blue_version: blue,
  green_version: green,
}: Pick<EnvironmentSummary, 'green_status' | 'blue_version' | 'green_version'>): EnvironmentStage {
  if (status !== 'green') return status;
  return green === blue ? 'same' : 'ahead';
}

/** `id`: from A to Z. `updated`, `promoted`: what that happened to last goes first. */
export const environmentOrder = z.enum(['id', 'updated', 'promoted']);
export type EnvironmentOrder = z.infer<typeof environmentOrder>;

export const environmentPage = z.object({
  environments: z.array(environmentSummary),
  /** Where the next page begins; null where there is none. */
  next_after: z.string().nullable(),
  blue_count: count,
  green_count: count,
  /** Environments whose `green_status` is `recalled`. */
  recalled_count: count,
  indexed_height: count,
});
export type EnvironmentPage = z.infer<typeof environmentPage>;

/** What narrows a list of environments: all of it must fit. `zone` green leaves out what is not Green. */
const environmentFilter = {
  zone: z.enum(['blue', 'green']),
  text: z.string().max(200).optional(),
  archived: z.boolean().default(false),
  owner: identifier.optional(),
  tag: z.string().max(LISTED_TAG_LENGTH_MAX).optional(),
  stage: environmentStage.optional(),
  order: environmentOrder.default('id'),
};

/** Rows of a list of environments by their places in it: any place is reached at once, however long the list is. */
export const environmentRows = environmentPage.omit({ next_after: true }).extend({
  /** The place of the first row, from 0. */
  offset: count,
  /** How many environments fit. */
  total: count,
  /** Where the environment is that was asked for; null where it does not fit, or none was. */
  placed: z.object({ env_id: identifier, place: count }).nullable(),
});
export type EnvironmentRows = z.infer<typeof environmentRows>;

/** What environments can be narrowed to: who owns some, and which tags there are; the most frequent first. */
export const environmentFacets = z.object({
  owners: z.array(z.object({ member_id: identifier, member_name: z.string().nullable(), count })),
  tags: z.array(z.object({ tag: z.string(), count })),
  /** Owners or tags beyond those that are listed. */
  more: z.boolean(),
});
export type EnvironmentFacets = z.infer<typeof environmentFacets>;

/**
 * A node of the lineage graph. Lanes: blue for versions, green for promotions, checkpoints, recalls and rollbacks. Of a rollback
 * `version` and `state_hash` are Blue's afterwards, null where it took the environment away.
 */
export const lineageNode = z.object({
  /** Transaction id, or `env_id@version` for a merge source of another environment. */
  id: z.string(),
  kind: z.enum(['create', 'update', 'merge', 'promote', 'checkpoint', 'archive', 'recall', 'rollback', 'source']),
  lane: z.enum(['blue', 'green']),
  label: z.string(),
  env_id: identifier,
  version: count.nullable(),
  state_hash: hash.nullable(),
  time: time,
  block_index: count,
  log_index: count,
  member_id: identifier.nullable(),
  member_name: z.string().nullable(),
  metadata: jsonObject.nullable(),
  /** Of a version: what its author says of it. */
  note: z.string().nullable(),
});

/** `restore`: from the step that had made what a rollback gave back, to that rollback. */
export const lineageEdgeKind = z.enum(['next', 'promote', 'merge', 'checkpoint', 'restore']);

export const lineage = z.object({
  nodes: z.array(lineageNode),
  edges: z.array(z.object({ from: z.string(), to: z.string(), kind: lineageEdgeKind })),
  indexed_height: count,
  /** More history exists than was returned (newest kept). */
  truncated: z.boolean(),
});
export type Lineage = z.infer<typeof lineage>;
export type LineageNode = z.infer<typeof lineageNode>;

export const environmentProcedures = {
  environments: read
    .input(
      z.strictObject({
        ...environmentFilter,
        /** The `next_after` of the page before, asked with the same order. */
        after: z.string().optional(),
        limit: pageLimit,
      }),
    )
    .output(environmentPage),
  environmentRows: read
    .input(
      z.strictObject({
        ...environmentFilter,
        offset: count,
        limit: pageLimit,
        /** An environment whose place is wanted. */
        place_of: identifier.optional(),
      }),
    )
    .output(environmentRows),
  environmentFacets: read.output(environmentFacets),
  environment: read.input(z.strictObject({ env_id: identifier, at: moment })).output(environmentView),
  lineage: read.input(z.strictObject({ env_id: identifier })).output(lineage),
};
