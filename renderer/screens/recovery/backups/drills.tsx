import type { ReactElement } from 'react';

import type { DestinationView, DrillView } from '../../../../src/api/operator/backups.ts';
import type { Hash } from '../../../../src/base/bytes.ts';
import { DeedNotice } from '../../../directory/deed-notice.tsx';
import { useDeed } from '../../../directory/use-deed.ts';
import { Age } from '../../../node-parts/age.tsx';
import { Command } from '../../../node-parts/command.tsx';
import { JobProgress } from '../../../node-parts/job-progress.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { formatCount, formatDuration } from '../../../parts/format.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { downloadText } from '../../../parts/download.ts';
import { useServices } from '../../../services.ts';
import { useAct } from '../../../stores/use-act.ts';
import { useJob } from '../../../stores/use-job.ts';
import { useRead } from '../../../stores/use-read.ts';
import { ActButton } from '../../../parts/act-button.tsx';

/** Rehearsals of a restore, and their results. */
export function Drills({
  destinations,
  onChange,
}: {
  readonly destinations: readonly DestinationView[];
  readonly onChange: () => void;
}): ReactElement {
  const { reads } = useServices();
  const drills = useRead(reads.operator.drills.queryOptions());
  const drill = useJob(
    'drill',
    (client, job) => client.operator.runDrill(job),
    () => {
      drills.reload();
      onChange();
    },
  );
  const deed = useDeed(onChange);
  const hasBackup = destinations.some(({ backups }) => backups.length > 0);
  const encrypted = encryptedNewest(destinations);
  return (
    <section className="card stack" aria-labelledby="drills">
      <div className="row">
        <h2 id="drills" className="grow">
          Rehearsals of a restore
        </h2>
        <ActButton
          className="button"
          missing={hasBackup ? null : 'Make a backup first.'}
          busy={drill.running !== null}
          onClick={() => (encrypted === null ? drill.start() : deed.ask({ deed: 'rehearse_backup', ...encrypted }))}
        >
          {encrypted === null ? 'Rehearse now' : 'Rehearse now…'}
        </ActButton>
      </div>
      {encrypted === null ? null : (
        <p className="soft">
          The newest copy is encrypted: an identity of one of its recipients is asked for where you confirm it, and it
          is not rehearsed without a person.
        </p>
      )}
      <DeedNotice deed={deed} />
      {drill.running === null ? null : <JobProgress job={drill.running} />}
      {drill.problem === undefined ? null : <ProblemNotice problem={drill.problem} />}
      <ReadingView reading={drills}>
        {({ drills: rows }) =>
          rows.length === 0 ? (
            <p className="soft">
              No restore was rehearsed yet. A rehearsal restores the newest backup into a directory of its own, verifies
              it whole, and signs the result. In a terminal: <Command of={{ command: ['blockchain', 'drill'] }} />
            </p>
          ) : (
            <ul className="drills">
              {rows.map((row) => (
                <Drill key={row.drill} drill={row} />
              ))}
            </ul>
          )
        }
      </ReadingView>
    </section>
  );
}

/** What a rehearsal is of, where it is encrypted: the newest of the first destination that can be restored. */
function encryptedNewest(
  destinations: readonly DestinationView[],
): { readonly destination_id: string; readonly backup: Hash } | null {
  const [first] = destinations;
  const newest = first?.backups.find(({ is_restorable }) => is_restorable);
  if (first === undefined || newest === undefined || newest.encrypted_to === null) return null;
  return { destination_id: first.id, backup: newest.backup };
}

function Drill({
  drill: { drill, at, ok, source, restored, duration_ms, findings },
}: {
  readonly drill: DrillView;
}): ReactElement {
  const { client } = useServices();
  const save = useAct(async () => {
    const { statement } = await client.operator.drillStatement({ drill });
    downloadText(`drill-${new Date(at).toISOString().slice(0, 10)}.json`, statement, 'application/json');
  });
  return (
    <li className="stack">
      <div className="row">
        <span className={`pill ${ok ? 'good' : 'bad'}`}>{ok ? 'restored' : 'failed'}</span>
        <span className="grow">
          <Age time={at} />, from {source}
          {restored === null ? '' : `, up to block ${formatCount(restored.height)}`}, in {formatDuration(duration_ms)}
        </span>
        <button type="button" className="button" disabled={save.busy} onClick={save.run}>
          Save the statement
        </button>
      </div>
      {findings.map(({ place, message }) => (
        <p key={`${place} ${message}`} className="notice bad">
          <b>{place}</b> {message}
        </p>
      ))}
      {save.problem === undefined ? null : <ProblemNotice problem={save.problem} />}
    </li>
  );
}
