import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { count } from '../../base/fields.ts';
import { follow } from '../procedure.ts';
import { jobStarted } from './jobs.ts';

/** The check of everything that this machine has of the chain. */

export const verifyFinding = z.object({
  /** Where: "block 12", "transaction 40", "state page 7", "blob 0x…". */
  place: z.string(),
  message: z.string(),
});

export const verifyEvent = z.discriminatedUnion('type', [
  jobStarted,
  z.object({
    type: z.literal('progress'),
    phase: z.enum(['storage', 'blocks', 'state', 'index', 'blobs']),
    done: count,
    total: count,
  }),
  z.object({
    type: z.literal('done'),
    ok: z.boolean(),
    height: count,
    blocks: count,
    transactions: count,
    state_pages: count,
    /** A block that was decided, has no seal yet and follows from the chain; the next start seals it. */
    unsealed_block: count.nullable(),
    blobs: count,
    duration_ms: z.number(),
    findings: z.array(verifyFinding),
    /** Versions that the chain names, and how many have their files here (see `contentView`). */
    content: z.object({ versions: count, present: count, partly: count, lost: count, never: count }),
    /** What is worth reporting and is not a failure. */
    notes: z.array(verifyFinding),
  }),
]);
export type VerifyEvent = z.infer<typeof verifyEvent>;
export type VerifyFinding = z.infer<typeof verifyFinding>;

export const integrityProcedures = {
  /**
   * Starts the check, or follows the one that runs; with `job_id` that one, which may have ended. It continues when
   * nobody follows it; `cancelJob` stops it. @throws NOT_FOUND
   */
  verify: follow.input(z.strictObject({ job_id: z.string().optional() })).output(eventIterator(verifyEvent)),
};
