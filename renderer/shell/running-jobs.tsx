import type { ReactElement } from 'react';

import type { JobView } from '../../src/api/operator/jobs.ts';
import { formatDuration } from '../parts/format.ts';
import { Link } from '../parts/link.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { useAct } from '../stores/use-act.ts';
import { useNode } from '../stores/use-stores.ts';
import { useTimeLeft } from '../stores/use-time-left.ts';

/** On every screen, while it is so: which long work runs on this machine, how far it is, and how to stop it. */
export function RunningJobs(): ReactElement | null {
  const jobs = useNode((state) => state.jobs);
  const [newest, ...others] = jobs.filter(({ state }) => state === 'running').toReversed();
  return newest === undefined ? null : <RunningJob key={newest.job_id} job={newest} moreCount={others.length} />;
}

function RunningJob({ job, moreCount }: { readonly job: JobView; readonly moreCount: number }): ReactElement {
  const { client } = useServices();
  const stop = useAct(async () => void (await client.operator.cancelJob({ job_id: job.job_id })));
  const { title, kind } = job;
  const left = useTimeLeft(job);
  const place = PLACES[kind];
  const time = left === null ? '' : ` · ${formatDuration(left)} left`;
  const text = `${wordsOf(job)}${time}${moreCount === 0 ? '' : ` · ${moreCount} more`}`;
  return (
    <div className="running" role="status" aria-label="Work that is running">
      {place === null ? (
        <span title={title}>{text}</span>
      ) : (
        <Link to={place} title={title}>
          {text}
        </Link>
      )}
      <button type="button" className="button" disabled={stop.busy} onClick={stop.run}>
        Stop
      </button>
      {stop.problem === undefined ? null : <ProblemNotice problem={stop.problem} />}
    </div>
  );
}

const INTEGRITY = ['recovery', 'integrity'];
const BACKUPS = ['recovery', 'backups'];

/** Where it is followed in full; null where the page that started it shows it. */
const PLACES: Readonly<Record<JobView['kind'], readonly string[] | null>> = {
  verify: INTEGRITY,
  scan: null,
  scrub: INTEGRITY,
  repair: INTEGRITY,
  snapshot: INTEGRITY,
  backup: BACKUPS,
  verify_backup: BACKUPS,
  restore: BACKUPS,
  drill: BACKUPS,
  inspect: ['file'],
  export: ['audit'],
  preview: null,
};

const WORDS: Readonly<Record<JobView['kind'], string>> = {
  verify: 'Checking integrity',
  scan: 'Scanning',
  scrub: 'Checking stored rows',
  repair: 'Repairing',
  snapshot: 'Taking a snapshot',
  inspect: 'Checking a file',
  backup: 'Backing up',
  verify_backup: 'Checking a backup',
  restore: 'Restoring',
  drill: 'Rehearsing a restore',
  export: 'Exporting',
  preview: 'Previewing a report',
};

function wordsOf({ kind, progress }: JobView): string {
  if (progress === null || progress.total === null || progress.total === 0) return `${WORDS[kind]}…`;
  return `${WORDS[kind]} ${Math.floor((100 * progress.done) / progress.total)} %`;
}
