import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { count, hash, jsonObject } from '../../base/fields.ts';
import { act, ask, followNode } from '../procedure.ts';
import { identifier } from '../schemas.ts';
import { difference } from '../chain/content.ts';
import { environmentRecord } from '../chain/environments.ts';
import { jobStarted } from './jobs.ts';

/** Directories of this machine: looked into, and registered. */

export const directoryListing = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  entries: z.array(z.object({ name: z.string(), kind: z.enum(['directory', 'file']), holds_chain: z.boolean() })),
  truncated: z.boolean(),
});
export type DirectoryListing = z.infer<typeof directoryListing>;

export const scan = z.object({
  path: z.string(),
  state_hash: hash,
  file_count: count,
  size_bytes: count,
  /** Bytes that were read again; unchanged files cost only a look at their metadata. */
  bytes_read: count,
  /** Entries left out: by the fixed list, or by rules in the directory itself. */
  ignored_count: count,
  duration_ms: z.number(),
  /** What the chain has of this environment, if an env_id was given and exists. */
  current: environmentRecord.nullable(),
  /** Against the current Blue version, or against nothing. */
  difference,
});
export type Scan = z.infer<typeof scan>;

export const scanEvent = z.discriminatedUnion('type', [
  jobStarted,
  z.object({
    type: z.literal('progress'),
    files: count,
    files_total: count.nullable(),
    bytes: count,
    bytes_total: count.nullable(),
  }),
  z.object({ type: z.literal('done'), scan }),
]);
export type ScanEvent = z.infer<typeof scanEvent>;

export const directoryProcedures = {
  /** A folder that the page may look into; without a path, which those are. */
  browse: ask.input(z.strictObject({ path: z.string().optional() })).output(directoryListing),
  pickDirectory: act.output(z.object({ path: z.string().nullable() })),
  /**
   * Hashes a directory and stores its content; nothing is put on the chain. The same scan that runs already is
   * followed. One that a page started continues when nobody follows it; `cancelJob` stops it.
   */
  scanDirectory: followNode
    .input(
      z.strictObject({
        path: z.string(),
        env_id: identifier.optional(),
        metadata: jsonObject.optional(),
        /** Reads every file again, and repairs what is stored of it. */
        thorough: z.boolean().optional(),
        /** The person has seen which files may be secrets, or have names that other systems cannot keep. */
        accept_doubtful: z.boolean().optional(),
      }),
    )
    .output(eventIterator(scanEvent)),
};
