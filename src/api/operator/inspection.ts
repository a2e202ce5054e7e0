import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { count, hash, publicKey } from '../../base/fields.ts';
import { TRUST_TEXT_LENGTH_MAX } from '../../base/limits.ts';
import { actOnFile, followNode } from '../procedure.ts';
import { time } from '../schemas.ts';
import { jobStarted } from './jobs.ts';

/** A file that is looked at instead of a node: a backup, an exported chain, or the data directory of a node. */

/** Blocks that one key sealed. */
export const sealSpan = z.object({
  validator_id: z.string(),
  public_key: publicKey,
  fingerprint: z.array(z.string()),
  first_block: count,
  last_block: count,
  blocks: count,
  /** Whether the trust file names it; null where no trust file was given. */
  named: z.boolean().nullable(),
});

export const inspectionView = z.object({
  kind: z.enum(['backup', 'blocks', 'data_directory', 'chain_directory']),
  path: z.string(),
  /** The last part of the path. */
  name: z.string(),
  head: z.object({ height: count, hash, time }),
  /** Every block up to the head was replayed, and every signature and seal checked. */
  verified: z.object({ blocks: count, transactions: count }),
  /** For a backup, each file of it, oldest first: when it was made, and whose key signed it, by the chain that is in it. */
  backups: z.array(
    z.object({
      name: z.string(),
      created_at: time,
      to_height: count,
      signer: z.object({ kind: z.enum(['validator', 'member']), id: z.string(), public_key: publicKey }),
    }),
  ),
  /** Each key that sealed a block, by its first block. */
  seals: z.array(sealSpan),
  trust: z.object({
    /** Null: nobody has compared the file with anything. */
    confirmed_by: z.enum(['words', 'genesis', 'trust_file']).nullable(),
    /** What the answers rest on, a sentence each. */
    rests_on: z.array(z.string()),
  }),
  /** What the file cannot show, a sentence each. */
  limits: z.array(z.string()),
});
export type InspectionView = z.infer<typeof inspectionView>;

export const inspectEvent = z.discriminatedUnion('type', [
  jobStarted,
  z.object({ type: z.literal('progress'), done: count, total: count }),
  /** Where it is shown: a link that signs one browser in, once. */
  z.object({ type: z.literal('done'), name: z.string(), url: z.string() }),
]);
export type InspectEvent = z.infer<typeof inspectEvent>;

export const inspectionProcedures = {
  /**
   * Verifies a file and shows it in a page of its own, beside the chain that is open here. From a page, one below a granted folder.
   * @throws FOLDER_NOT_GRANTED, NODE_STOPPED where no page is served, LIMIT_EXCEEDED, and whatever the file is refused for
   */
  inspectFile: followNode.input(z.strictObject({ path: z.string() })).output(eventIterator(inspectEvent)),
  /**
   * Compares the file with what a person knows from another source: the twelve words of the genesis, its hash, or a trust file.
   * @throws TRUST_MISMATCH, INPUT_INVALID, DOCUMENT_INVALID, NOT_FOUND where no file is inspected
   */
  confirmTrust: actOnFile.input(z.strictObject({ text: z.string().max(TRUST_TEXT_LENGTH_MAX) })).output(inspectionView),
};
