import { z } from 'zod';
import { identifier, time } from '../schemas.ts';
import { count, hash, json, jsonObject } from '../../base/fields.ts';

/** Environments: their two zones, versions, lineage, files and differences. */

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

export const environmentRecord = z.object({
  env_id: identifier,
  created_at: time,
  created_by: identifier,
  archived_at: time.nullable(),
  blue: blueVersion,
  green: greenVersion.nullable(),
  checkpoint: checkpoint.nullable(),
});

export const environmentView = environmentRecord.extend({
  /** The height at which this was read. */
  height: count,
  state_root: hash,
});
export type EnvironmentView = z.infer<typeof environmentView>;

export const environmentSummary = z.object({
  env_id: identifier,
  name: z.string().nullable(),
  archived: z.boolean(),
  blue_version: count,
  blue_state_hash: hash,
  updated_at: time,
  green_version: count.nullable(),
  green_state_hash: hash.nullable(),
  promoted_at: time.nullable(),
  checkpoint_version: z.string().nullable(),
  merged: z.boolean(),
});
export type EnvironmentSummary = z.infer<typeof environmentSummary>;

export const environmentPage = z.object({
  environments: z.array(environmentSummary),
  next_after: z.string().nullable(),
  blue_count: count,
  green_count: count,
  indexed_height: count,
});
export type EnvironmentPage = z.infer<typeof environmentPage>;

/**
 * What this machine has of a version's files. `lost`: it was stored here, and no longer is; `never`: it was not stored here.
 */
export const contentView = z.object({
  state_hash: hash,
  state: z.enum(['present', 'partly', 'lost', 'never']),
  file_count: count.nullable(),
  /** Files that are missing or damaged, in the order of paths. */
  broken: z.array(z.object({ path: z.string(), problem: z.string() })),
});
export type ContentView = z.infer<typeof contentView>;

/** A node of the lineage graph. Lanes: blue for versions, green for promotions and checkpoints. */
export const lineageNode = z.object({
  /** Transaction id, or `env_id@version` for a merge source of another environment. */
  id: z.string(),
  kind: z.enum(['create', 'update', 'merge', 'promote', 'checkpoint', 'archive', 'source']),
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
});
export const lineage = z.object({
  nodes: z.array(lineageNode),
  edges: z.array(
    z.object({ from: z.string(), to: z.string(), kind: z.enum(['next', 'promote', 'merge', 'checkpoint']) }),
  ),
  indexed_height: count,
  /** More history exists than was returned (newest kept). */
  truncated: z.boolean(),
});
export type Lineage = z.infer<typeof lineage>;
export type LineageNode = z.infer<typeof lineageNode>;

export const fileEntry = z.object({
  path: z.string(),
  /** 0o644 or 0o755 as a number. */
  mode: z.int(),
  size_bytes: count,
  content_hash: hash,
});
export type FileEntry = z.infer<typeof fileEntry>;

/** One side of a comparison: nothing, a version on the chain, or a directory that was scanned. */
export const differenceSide = z.union([
  z.strictObject({ nothing: z.literal(true) }),
  z.strictObject({ state_hash: hash, metadata: jsonObject }),
]);
export type DifferenceSide = z.infer<typeof differenceSide>;

export const metadataChange = z.object({
  /** Dotted path of the value, such as `reward.goal`. */
  path: z.string(),
  before: json.optional(),
  after: json.optional(),
});
export const fileChange = z.object({
  path: z.string(),
  kind: z.enum(['added', 'removed', 'changed', 'mode']),
  before: fileEntry.nullable(),
  after: fileEntry.nullable(),
  lines_added: count.nullable(),
  lines_removed: count.nullable(),
});
export const difference = z.object({
  metadata: z.array(metadataChange),
  files: z.array(fileChange),
  files_unchanged: count,
  /** False where a side's files are not in this machine's blob store: only the hashes can be compared. */
  files_known: z.boolean(),
});
export type Difference = z.infer<typeof difference>;
export type FileChange = z.infer<typeof fileChange>;
export type MetadataChange = z.infer<typeof metadataChange>;

/** Hunks of a line-by-line comparison of one file. */
export const fileDifference = z.object({
  kind: z.enum(['text', 'binary', 'too_large']),
  hunks: z.array(
    z.object({
      before_start: count,
      after_start: count,
      lines: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })),
    }),
  ),
});
export type FileDifference = z.infer<typeof fileDifference>;

export const fileView = z.object({
  path: z.string(),
  size_bytes: count,
  content_hash: hash,
  kind: z.enum(['text', 'binary', 'too_large']),
  text: z.string().nullable(),
});
export type FileView = z.infer<typeof fileView>;
