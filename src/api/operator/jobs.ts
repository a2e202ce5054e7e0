import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { count } from '../../base/fields.ts';
import { actOnFile, follow } from '../procedure.ts';
import { failure, time } from '../schemas.ts';

/** Long work on this machine: it continues when the client that started it has left, and can be found again. */

export const jobView = z.object({
  job_id: z.string(),
  kind: z.enum([
    'verify',
    'scan',
    'inspect',
    'scrub',
    'repair',
    'snapshot',
    'backup',
    'verify_backup',
    'restore',
    'drill',
    'export',
    'preview',
  ]),
  /** As a person calls it: "Integrity check". */
  title: z.string(),
  started_at: time,
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** How far it is; `total` is null while nobody knows. Null before the first word of it. */
  progress: z.object({ done: count, total: count.nullable() }).nullable(),
  /** Null while it runs. */
  ended_at: time.nullable(),
  /** Why it failed. */
  error: failure.nullable(),
});
export type JobView = z.infer<typeof jobView>;

/** Which job a stream follows, as its first event. */
export const jobStarted = z.object({ type: z.literal('job'), job_id: z.string() });

export const jobProcedures = {
  /** The jobs that run, and those that ended lately, oldest first: at once, and as they continue. */
  jobs: follow.output(eventIterator(z.object({ jobs: z.array(jobView) }))),
  /** Stops one; false where it has ended. @throws NOT_FOUND */
  cancelJob: actOnFile.input(z.strictObject({ job_id: z.string() })).output(z.object({ cancelled: z.boolean() })),
};
