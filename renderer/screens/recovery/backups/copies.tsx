import { useState, type ReactElement } from 'react';

import type { BackupView, DestinationView } from '../../../../src/api/operator/backups.ts';
import type { Hash } from '../../../../src/base/bytes.ts';
import { Age } from '../../../node-parts/age.tsx';
import { JobProgress } from '../../../node-parts/job-progress.tsx';
import { formatBytes, formatCount, formatDuration, formatQuantity } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useJob } from '../../../stores/use-job.ts';
import { healthOfCopy } from './backup-words.ts';
import { HealthPill } from './health-pill.tsx';

interface Copy {
  readonly destination: DestinationView;
  readonly backup: BackupView;
}

const SHOWN_AT_FIRST = 12;

const OF_ENCRYPTED =
  'Its content was verified before it was encrypted, and cannot be looked at here: a rehearsal opens it, with an identity.';

/** Every copy that there is, newest first; each can be verified, rehearsed and restored. */
export function Copies({
  destinations,
  onChange,
}: {
  readonly destinations: readonly DestinationView[];
  readonly onChange: () => void;
}): ReactElement | null {
  const [shownCount, setShownCount] = useState(SHOWN_AT_FIRST);
  const check = useJob(
    'verify_backup',
    // One that was found running is not followed to its end: of which copy it is, only who started it knows.
    (client, _, wanted: { readonly destination_id: string; readonly backup: Hash } | undefined) =>
      wanted === undefined ? null : client.operator.verifyBackup(wanted),
    onChange,
  );
  const copies = destinations
    .flatMap((destination) => destination.backups.map((backup): Copy => ({ destination, backup })))
    .sort((left, right) => right.backup.created_at - left.backup.created_at);
  if (copies.length === 0) return null;
  return (
    <section className="card stack" aria-labelledby="backup-copies">
      <h2 id="backup-copies">Copies</h2>
      {check.running === null ? null : <JobProgress job={check.running} />}
      {check.problem === undefined ? null : <ProblemNotice problem={check.problem} />}
      {check.done === null ? null : (
        <p className={`notice ${check.done.ok ? 'good' : 'bad'}`} role="status">
          <b>{check.done.ok ? 'Every byte of it is as it was written.' : 'This copy is damaged.'}</b>{' '}
          {check.done.ok && check.done.checked === 'bytes' ? `${OF_ENCRYPTED} ` : ''}
          {check.done.findings.map(({ place, message }) => `${place}: ${message}. `).join('')}
          Looked at in {formatDuration(check.done.duration_ms)}.
        </p>
      )}
      <div className="scroll-x">
        <table className="table">
          <thead>
            <tr>
              <th>Made</th>
              <th>Where</th>
              <th>What</th>
              <th>Blocks</th>
              <th className="number">Size</th>
              <th>Health</th>
              <th>
                <span className="visually-hidden">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {copies.slice(0, shownCount).map(({ destination, backup }) => (
              <tr key={`${destination.id} ${backup.backup}`}>
                <td title={backup.name}>
                  <Age time={backup.created_at} />
                </td>
                <td>{destination.name}</td>
                <td>
                  {backup.kind === 'full' ? 'full' : 'incremental'}
                  {backup.has_content ? '' : ', without files'}
                  {backup.encrypted_to === null ? null : <Encrypted to={backup.encrypted_to} />}
                </td>
                <td>
                  {backup.from_height > backup.to_height
                    ? `none since ${formatCount(backup.to_height)}`
                    : `${formatCount(backup.from_height)} to ${formatCount(backup.to_height)}`}
                </td>
                <td className="number">{formatBytes(backup.size_bytes)}</td>
                <td>
                  <HealthPill health={healthOfCopy(backup)} />
                </td>
                <td>
                  <span className="row">
                    <button
                      type="button"
                      className="button"
                      aria-label={`Verify ${backup.name} in ${destination.name}`}
                      disabled={check.running !== null}
                      onClick={() => check.start({ destination_id: destination.id, backup: backup.backup })}
                    >
                      Verify
                    </button>
                    <Link
                      className="button"
                      aria-label={`Restore ${backup.name} from ${destination.name}…`}
                      to={['recovery', 'backups']}
                      query={{ do: 'restore', destination: destination.id, backup: backup.backup }}
                    >
                      Restore…
                    </Link>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {copies.length <= shownCount ? null : (
        <button type="button" className="button" onClick={() => setShownCount(copies.length)}>
          Show {formatQuantity(copies.length - shownCount, 'older copy', 'older copies')}
        </button>
      )}
    </section>
  );
}

/** To whom: by the recipients of the schedule, or by the fingerprints of others. */
function Encrypted({ to }: { readonly to: NonNullable<BackupView['encrypted_to']> }): ReactElement {
  const names = to.map(({ fingerprint, recipient }) => recipient ?? `SHA-256 ${fingerprint}`);
  return (
    <>
      {', '}
      <span title={names.join('\n')}>encrypted to {formatQuantity(to.length, 'recipient')}</span>
    </>
  );
}
