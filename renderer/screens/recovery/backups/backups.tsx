import type { ReactElement } from 'react';

import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { Link } from '../../../parts/link.tsx';
import { useLocation, useNode } from '../../../stores/use-stores.ts';
import { AddDestination } from './add-destination.tsx';
import { BackupNow } from './backup-now.tsx';
import { Copies } from './copies.tsx';
import { Destinations } from './destinations.tsx';
import { Drills } from './drills.tsx';
import { Restore } from './restore.tsx';
import { Schedule } from './schedule.tsx';
import { useBackups } from './use-backups.ts';
import './backups.css';

/** Where backups go and how they fare; making, checking, restoring and rehearsing them. */
export function Backups(): ReactElement {
  const backups = useBackups();
  const task = useLocation().query.get('do');
  const isRestoring = useNode((state) => state.jobs.some((job) => job.kind === 'restore' && job.state === 'running'));
  if (task === 'add') return <AddDestination onChange={backups.reload} />;
  if (task === 'restore' || isRestoring) return <Restore onChange={backups.reload} />;
  return (
    <ReadingView reading={backups}>
      {(data) => (
        <>
          <BackupNow backups={data} onChange={backups.reload} />
          <Destinations destinations={data.destinations} onChange={backups.reload} />
          <Copies destinations={data.destinations} onChange={backups.reload} />
          <div className="two-cards">
            <Schedule schedule={data.schedule} nextDrillAt={data.next_drill_at} onChange={backups.reload} />
            <Drills destinations={data.destinations} onChange={backups.reload} />
          </div>
        </>
      )}
    </ReadingView>
  );
}

/** In the head of the screen. */
export function RestoreLink(): ReactElement {
  return (
    <Link className="button" to={['recovery', 'backups']} query={{ do: 'restore' }}>
      Restore from files…
    </Link>
  );
}
