import type { JobRequest } from './jobs.ts';
import type { HostContext } from './procedures.ts';

/**
 * Starts a job or joins it. What a command started ends with the command, unless somebody else follows it by then; what a page
 * started continues: a page is left, or loaded again.
 */
export async function* followJob<Progress, Result>(
  { host, door }: Pick<HostContext, 'host' | 'door'>,
  { id, ...request }: JobRequest<Progress, Result> & { readonly id?: string | undefined },
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly type: 'job'; readonly job_id: string } | Progress | Result, void, undefined> {
  const { job, isNew } = id === undefined ? host.jobs.start(request) : host.jobs.find(id, request);
  try {
    yield { type: 'job', job_id: job.id };
    yield* job.follow(signal);
  } finally {
    if (isNew && door === 'terminal' && !job.isFollowed) job.cancel();
  }
}
