import { useState, type ReactElement } from 'react';

import type { BackupsView } from '../../../../src/api/operator/backups.ts';
import { Age } from '../../../node-parts/age.tsx';
import { JobProgress } from '../../../node-parts/job-progress.tsx';
import { formatBytes, formatCount, formatDuration, formatTime, UNKNOWN } from '../../../parts/format.ts';
import { Facts } from '../../../parts/facts.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { sentence } from '../../../parts/sentence.ts';
import { useJob } from '../../../stores/use-job.ts';
import { ActButton } from '../../../parts/act-button.tsx';

/** How old the newest verified backup is, when the next is due, and the button that makes one. */
export function BackupNow({
  backups,
  onChange,
}: {
  readonly backups: BackupsView;
  readonly onChange: () => void;
}): ReactElement {
  const [full, setFull] = useState(false);
  const backup = useJob(
    'backup',
    (client, job) => client.operator.runBackup(job.job_id === undefined ? { full } : job),
    onChange,
  );
  const { destinations, last_verified, last_failure, next_backup_at } = backups;
  const { running, done } = backup;
  return (
    <section className="card stack" aria-labelledby="backup-now">
      <div className="row">
        <h2 id="backup-now" className="grow">
          Backups <span className="faint">· signed, and read back after they are written</span>
        </h2>
        <label className="check soft">
          <input type="checkbox" checked={full} onChange={(event) => setFull(event.target.checked)} />
          In full
        </label>
        <ActButton
          missing={destinations.length === 0 ? 'Add a destination first.' : null}
          busy={running !== null}
          onClick={() => backup.start()}
        >
          Back up now
        </ActButton>
      </div>
      {last_failure === null ? null : (
        <div className="notice bad" role="alert">
          <b>
            The newest scheduled one failed <Age time={last_failure.at} />.
          </b>{' '}
          {sentence(last_failure.message)} {last_failure.advice} <code>{last_failure.code}</code>
        </div>
      )}
      <Facts
        rows={[
          [
            'Newest verified',
            last_verified === null ? (
              'none: what is lost here is lost'
            ) : (
              <span key="verified">
                made <Age time={last_verified.created_at} />, up to block {formatCount(last_verified.to_height)},{' '}
                {last_verified.is_encrypted ? 'encrypted, its bytes verified' : 'verified'}{' '}
                <Age time={last_verified.at} />
              </span>
            ),
          ],
          ['Next by schedule', next_backup_at === null ? UNKNOWN : formatTime(next_backup_at)],
        ]}
      />
      {running === null ? null : <JobProgress job={running} />}
      {backup.problem === undefined ? null : <ProblemNotice problem={backup.problem} />}
      {done === null ? null : (
        <div
          className={`notice ${done.copies.every(({ problem }) => problem === null) ? 'good' : 'bad'}`}
          role="status"
        >
          <b>
            {done.kind === 'full' ? 'A full backup' : 'An incremental backup'} up to block {formatCount(done.to_height)}
          </b>
          , {formatBytes(done.size_bytes)}, in {formatDuration(done.duration_ms)}.{' '}
          {done.is_encrypted ? 'It was verified, then encrypted. ' : ''}
          {done.copies.map(({ destination_id, name, problem }) => (
            <span key={destination_id} title={name}>
              {destinations.find(({ id }) => id === destination_id)?.name ?? name}:{' '}
              {problem === null
                ? done.is_encrypted
                  ? 'written, and read back as it was written.'
                  : 'written and verified.'
                : `${sentence(problem.message)} ${problem.advice}`}{' '}
            </span>
          ))}
        </div>
      )}
    </section>
  );
}
