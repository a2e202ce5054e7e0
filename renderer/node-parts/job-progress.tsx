import type { ReactElement } from 'react';

import type { JobView } from '../../src/api/operator/jobs.ts';
import { formatDuration } from '../parts/format.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { useAct } from '../stores/use-act.ts';
import { useTimeLeft } from '../stores/use-time-left.ts';

/** Long work that runs: how far it is, how long it will still take, and how to stop it safely. */
export function JobProgress({ job }: { readonly job: JobView }): ReactElement {
  const { client } = useServices();
  const stop = useAct(async () => void (await client.operator.cancelJob({ job_id: job.job_id })));
  const { progress } = job;
  const isMeasured = progress !== null && progress.total !== null && progress.total > 0;
  const left = useTimeLeft(job);
  return (
    <div className="job-progress" role="status" aria-label={job.title}>
      <b>{job.title}</b>
      <span className="soft">
        {isMeasured ? `${Math.floor((100 * progress.done) / (progress.total ?? 1))} %` : 'running'}
        {left === null ? '' : ` · about ${formatDuration(left)} left`}
      </span>
      <progress aria-label={job.title} {...(isMeasured ? { value: progress.done, max: progress.total ?? 1 } : {})} />
      <div className="row">
        <button type="button" className="button" disabled={stop.busy} onClick={stop.run}>
          Stop
        </button>
        <span className="faint">It continues when you leave this page. Stopped, it leaves nothing half done.</span>
      </div>
      {stop.problem === undefined ? null : <ProblemNotice problem={stop.problem} />}
    </div>
  );
}
