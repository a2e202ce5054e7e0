import type { ReactElement } from 'react';

import { Age } from '../../node-parts/age.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { formatMoment } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import { useServices } from '../../services.ts';
import { useNow } from '../../stores/clock.ts';
import { useRead } from '../../stores/use-read.ts';
import { healthOfDestination } from './backups/backup-words.ts';
import { HealthPill } from './backups/health-pill.tsx';
import { useBackups } from './backups/use-backups.ts';

/** How the backups fare at a glance, and where the rest is. */
export function BackupsCard(): ReactElement {
  const { reads } = useServices();
  const backups = useBackups();
  const drills = useRead(reads.operator.drills.queryOptions());
  const now = useNow();
  const newest = drills.data?.drills[0];
  return (
    <section className="card stack" aria-labelledby="backups-card">
      <h2 id="backups-card">
        <Link to={['recovery', 'backups']}>Backups</Link>
      </h2>
      <ReadingView reading={backups}>
        {({ destinations, next_backup_at, next_drill_at, last_failure }) => (
          <>
            {last_failure === null ? null : (
              <p className="notice bad">
                <b>
                  The newest scheduled one failed <Age time={last_failure.at} />.
                </b>{' '}
                <Link to={['recovery', 'backups']}>What to do</Link>
              </p>
            )}
            {destinations.length === 0 ? (
              <p className="soft">
                Nothing is backed up.{' '}
                <Link to={['recovery', 'backups']} query={{ do: 'add' }}>
                  Add a destination…
                </Link>
              </p>
            ) : (
              <ul className="destinations">
                {destinations.map((destination) => (
                  <li key={destination.id} className="row">
                    <span className="grow clip">{destination.name}</span>
                    <HealthPill health={healthOfDestination(destination)} />
                  </li>
                ))}
                <li className="row">
                  <span className="grow">Rehearsal of a restore</span>
                  {newest === undefined ? (
                    <span className="pill warn">never</span>
                  ) : (
                    <span className={`pill ${newest.ok ? 'good' : 'bad'}`}>
                      {newest.ok ? 'succeeded' : 'failed'} <Age time={newest.at} />
                    </span>
                  )}
                </li>
              </ul>
            )}
            <p className="faint">
              {next_backup_at === null ? 'No backup is scheduled' : `Next backup ${formatMoment(next_backup_at, now)}`}
              {next_drill_at === null ? '' : ` · next rehearsal ${formatMoment(next_drill_at, now)}`}
            </p>
          </>
        )}
      </ReadingView>
    </section>
  );
}
