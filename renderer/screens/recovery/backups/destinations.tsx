import { useState, type ReactElement } from 'react';

import type { DestinationView } from '../../../../src/api/operator/backups.ts';
import { DeedNotice } from '../../../directory/deed-notice.tsx';
import { useDeed } from '../../../directory/use-deed.ts';
import { Empty } from '../../../node-parts/empty.tsx';
import { formatQuantity } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { sentence } from '../../../parts/sentence.ts';
import { useServices } from '../../../services.ts';
import { useAct } from '../../../stores/use-act.ts';
import { healthOfDestination } from './backup-words.ts';
import { HealthPill } from './health-pill.tsx';

/** The places that backups are copied to, and how each fares. */
export function Destinations({
  destinations,
  onChange,
}: {
  readonly destinations: readonly DestinationView[];
  readonly onChange: () => void;
}): ReactElement {
  const deed = useDeed(onChange);
  return (
    <section className="card stack" aria-labelledby="destinations">
      <div className="row">
        <h2 id="destinations" className="grow">
          Destinations
        </h2>
        <Link className="button" to={['recovery', 'backups']} query={{ do: 'add' }}>
          Add a destination…
        </Link>
      </div>
      <DeedNotice deed={deed} />
      {destinations.length === 0 ? (
        <Empty
          title="Backups go nowhere yet"
          action={
            <Link className="button primary" to={['recovery', 'backups']} query={{ do: 'add' }}>
              Add a destination…
            </Link>
          }
          command={{ command: ['blockchain', 'backup'], options: { output: 'FILE' } }}
        >
          Name a folder on another disk, a mount of another machine, or a bucket of a store that speaks S3. Two places,
          one of them elsewhere, survive most bad days.
        </Empty>
      ) : (
        <ul className="destinations">
          {destinations.map((destination) => (
            <Destination
              key={destination.id}
              destination={destination}
              onRemove={() => deed.ask({ deed: 'remove_backup_destination', destination_id: destination.id })}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function Destination({
  destination,
  onRemove,
}: {
  readonly destination: DestinationView;
  readonly onRemove: () => void;
}): ReactElement {
  const { client } = useServices();
  const { id, name, kind, place, lock_days, problem, backups, refused } = destination;
  const [tested, setTested] = useState<DestinationView['problem'] | undefined>();
  const test = useAct(async () => {
    setTested(undefined);
    setTested((await client.operator.testDestination({ destination_id: id })).problem);
  });
  return (
    <li className="stack">
      <div className="row">
        <span className="grow">
          <b>{name}</b> <span className="tag">{kind === 'folder' ? 'folder' : 'S3'}</span>
          <small className="mono clip" title={place}>
            {place}
          </small>
        </span>
        <span className="soft">
          {formatQuantity(backups.length, 'backup')}
          {lock_days === null ? '' : ` · locked for ${formatQuantity(lock_days, 'day')}`}
        </span>
        <HealthPill health={healthOfDestination(destination)} />
        <button type="button" className="button" disabled={test.busy} onClick={test.run}>
          Test
        </button>
        <button type="button" className="button" aria-label={`Remove ${name}…`} onClick={onRemove}>
          Remove…
        </button>
      </div>
      {problem === null ? null : <ProblemNotice problem={problem} />}
      {refused.map((file) => (
        <p key={file.name} className="notice bad">
          <b>Does not count as a backup:</b> <code className="wrap">{file.name}</code>. {sentence(file.problem.message)}{' '}
          It is not restored from, and not deleted.
        </p>
      ))}
      {test.problem === undefined ? null : <ProblemNotice problem={test.problem} />}
      {tested === null || tested === undefined ? null : <ProblemNotice problem={tested} />}
      {tested === null ? (
        <p className="notice good" role="status">
          A small file was written there, read back, and taken away.
        </p>
      ) : null}
    </li>
  );
}
