import { z } from 'zod';
import { count, hash, json, jsonObject } from '../../base/fields.ts';
import { read } from '../procedure.ts';

/** What versions of environments hold: files, metadata, and how two differ. */

export const fileEntry = z.object({
  path: z.string(),
  /** 0o644 or 0o755 as a number. */
  mode: z.int(),
  size_bytes: count,
  content_hash: hash,
});
export type FileEntry = z.infer<typeof fileEntry>;

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

export const contentProcedures = {
  files: read
    .input(z.strictObject({ state_hash: hash }))
    .output(z.object({ files: z.array(fileEntry), known: z.boolean() })),
  file: read.input(z.strictObject({ state_hash: hash, path: z.string() })).output(fileView),
  /** Whether the stored files of a version are here and whole: reads them. */
  content: read.input(z.strictObject({ state_hash: hash })).output(contentView),
  difference: read.input(z.strictObject({ before: differenceSide, after: differenceSide })).output(difference),
  fileDifference: read
    .input(z.strictObject({ before_state_hash: hash.nullable(), after_state_hash: hash.nullable(), path: z.string() }))
    .output(fileDifference),
};
