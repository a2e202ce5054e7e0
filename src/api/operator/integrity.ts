import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { count } from '../../base/fields.ts';
import { act, ask, follow } from '../procedure.ts';
import { identifier, time } from '../schemas.ts';
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

/**
 * What the background check looks at: the rows of blocks and transactions, those of the state, the index that is made from them,
 * and the stored files.
 */
export const SCRUB_AREAS = ['blocks', 'state', 'index', 'content'] as const;
export type ScrubArea = (typeof SCRUB_AREAS)[number];

/** Cells of an area's picture at most: as many as a person can tell apart. */
export const SCRUB_CELLS_MAX = 300;

/** A part of an area, from the first of its units to the last, both included. */
export const scrubCell = z.object({
  from: count,
  to: count,
  /**
   * `verified`: looked at in this pass, or nothing has passed it since the last whole one. `earlier`: in the last whole pass, and not
   * yet in this one. `checking`: where the check is. `waiting`: never yet. `bad`: damage was found there and stands.
   */
  state: z.enum(['verified', 'earlier', 'checking', 'waiting', 'bad']),
});
export type ScrubCell = z.infer<typeof scrubCell>;

/** How far the background check is in one area. */
export const scrubAreaView = z.object({
  area: z.enum(SCRUB_AREAS),
  /** What is counted: heights of the chain, or stored chunks and lists. */
  unit: z.enum(['block', 'blob']),
  /** `resting`: between two passes. `damaged`: the last look found something, and stopped there. */
  state: z.enum(['running', 'resting', 'damaged']),
  /** Units that this pass has looked at, and that there are. */
  done: count,
  total: count,
  /** Whole passes that have ended, on this machine. */
  passes: count,
  /** The end of the last whole pass; null where there was none. */
  last_pass_at: time.nullable(),
  /** From the first unit to the last; empty where nothing is there yet. */
  cells: z.array(scrubCell).max(SCRUB_CELLS_MAX),
});
export type ScrubAreaView = z.infer<typeof scrubAreaView>;

/** Rows that follow from no others, and have to come from a copy: from the first to the last, both included. */
export const neededRows = z.object({
  /** `header`, `proof`: of blocks, by height. `transaction`: by log index. */
  kind: z.enum(['header', 'proof', 'transaction']),
  first: count,
  last: count,
});
export type NeededRows = z.infer<typeof neededRows>;

/**
 * What was found and done. `repaired`: everything follows from blocks and transactions that are whole, and was made again.
 * `filled`: rows were taken from a copy that fits the hashes. `needs_copy`: rows are damaged that follow from no others; nothing is
 * sealed until they are there again. `refused`: what would come of it is not the chain that was here before, so nothing was changed.
 */
export const integrityOutcome = z.enum(['repaired', 'filled', 'needs_copy', 'refused']);

export const integrityReport = z.object({
  report_id: identifier,
  time,
  outcome: integrityOutcome,
  /** What was damaged, first the place that was found first; what follows from it is not told. */
  findings: z.array(verifyFinding),
  /** The newest block up to which everything was intact and stayed as it was; -1 for none. */
  intact_height: z.int(),
  /** What the state was taken from up to there, instead of executing every block; null where it was executed from genesis. */
  started_from: z.enum(['own_rows', 'snapshot']).nullable(),
  blocks: count,
  transactions: count,
  /** What has to come from a copy; empty but with `needs_copy`. */
  needs: z.array(neededRows),
  /** Where rows were taken from; null where none were. */
  copy: z.string().nullable(),
  /** Where the damaged file is kept whole, inside the data directory; null where it stayed in its place. */
  quarantine: z.string().nullable(),
  duration_ms: z.number(),
  /** The same in plain words, a line each. */
  words: z.array(z.string()),
});
export type IntegrityReport = z.infer<typeof integrityReport>;

export const integrityReportView = integrityReport.extend({
  /** When a person said that it was seen; null while its alert stands. */
  acknowledged_at: time.nullable(),
});

export const scrubStatus = z.object({
  /** Of one processor, at most; nothing while blocks arrive under load. */
  processor_share: z.number(),
  areas: z.array(scrubAreaView),
  /** Damage of the chain that stands, with the place; nothing is sealed while there is some. Null where there is none. */
  damage: verifyFinding.nullable(),
  /** Whether there is something that `repairChain` would try to repair. */
  can_repair: z.boolean(),
});
export type ScrubStatus = z.infer<typeof scrubStatus>;

/** The state of the chain at a height, in one file. */
export const snapshotView = z.object({
  name: z.string(),
  height: count,
  block_hash: z.string(),
  /** Of the file. */
  size_bytes: count,
  taken_at: time,
});
export type SnapshotView = z.infer<typeof snapshotView>;

const jobId = { job_id: z.string().optional() };

export const scrubEvent = z.discriminatedUnion('type', [
  jobStarted,
  z.object({ type: z.literal('progress'), area: z.enum(SCRUB_AREAS), done: count, total: count }),
  z.object({ type: z.literal('done'), ok: z.boolean(), findings: z.array(verifyFinding) }),
]);
export type ScrubEvent = z.infer<typeof scrubEvent>;

export const repairEvent = z.discriminatedUnion('type', [
  jobStarted,
  /** `look`: which rows are damaged. `copy`: those that are not. `replay`: blocks that are executed again. `check`: of the result. */
  z.object({
    type: z.literal('progress'),
    phase: z.enum(['look', 'copy', 'replay', 'check']),
    done: count,
    total: count,
  }),
  /** Null where nothing was damaged. */
  z.object({ type: z.literal('done'), report: integrityReport.nullable() }),
]);
export type RepairEvent = z.infer<typeof repairEvent>;

export const snapshotEvent = z.discriminatedUnion('type', [
  jobStarted,
  z.object({ type: z.literal('progress'), done: count, total: count }),
  z.object({ type: z.literal('done'), snapshot: snapshotView }),
]);
export type SnapshotEvent = z.infer<typeof snapshotEvent>;

export const integrityProcedures = {
  /**
   * Starts the check, or follows the one that runs; with `job_id` that one, which may have ended. It continues when
   * nobody follows it; `cancelJob` stops it. @throws NOT_FOUND
   */
  verify: follow.input(z.strictObject({ job_id: z.string().optional() })).output(eventIterator(verifyEvent)),

  /** How the check in the background stands. */
  scrubStatus: ask.output(scrubStatus),
  /** Looks at everything at once instead of at leisure, or follows the look that runs. @throws NOT_FOUND */
  scrub: follow.input(z.strictObject(jobId)).output(eventIterator(scrubEvent)),
  /** What was found damaged on this machine and what was done, newest first. */
  integrityReports: ask.output(z.object({ reports: z.array(integrityReportView) })),
  /** Says that a report was seen: its alert ends. From a page a person confirms it (the deed `acknowledge_report`). @throws NOT_FOUND, ACCESS_DENIED */
  acknowledgeReport: act
    .input(z.strictObject({ report_id: identifier }))
    .output(z.object({ acknowledged: z.boolean() })),
  /**
   * Closes the chain, repairs it, and opens it again; the report tells whether that was possible. With `copy`, a file or folder of
   * this machine, rows that follow from no others are taken from there, where they fit the hashes; a page asks for that with the
   * deed `repair_chain`. @throws NOT_FOUND, INPUT_INVALID where nothing is damaged, ACCESS_DENIED, STORAGE_FULL
   */
  repairChain: follow
    .input(z.strictObject({ ...jobId, copy: z.string().min(1).max(4096).optional() }))
    .output(eventIterator(repairEvent)),
  /** The snapshots that are kept on this machine, newest first. */
  snapshots: ask.output(z.object({ snapshots: z.array(snapshotView) })),
  /** Takes a snapshot of the state at a height, the newest where none is named. @throws NOT_FOUND, STORAGE_FULL */
  takeSnapshot: follow
    .input(z.strictObject({ ...jobId, height: count.optional() }))
    .output(eventIterator(snapshotEvent)),
};
