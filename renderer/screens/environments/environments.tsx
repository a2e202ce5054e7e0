import type { ReactElement } from 'react';

import { formatCount } from '../../parts/format.ts';
import { Heading } from '../../node-parts/heading.tsx';
import { Link } from '../../parts/link.tsx';
import { listFilterOf } from '../../router/location.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { useSettled } from '../../stores/use-settled.ts';
import { EnvironmentDetail } from './environment-detail.tsx';
import { environmentFilterIn, isNarrowed } from './environment-filter.ts';
import { LaneFilter } from './lane-filter.tsx';
import { Lane } from './lane.tsx';
import { NoEnvironments } from './no-environments.tsx';
import { RegisterTask } from './tasks/register-task.tsx';
import { DEEDS } from './several/deeds.ts';
import { selectedIn } from './several/selection.ts';
import { SelectionBar } from './several/selection-bar.tsx';
import { SeveralTask } from './several/several-task.tsx';
import { useLane } from './use-lane.ts';
import './environments.css';

const TYPING_PAUSE_MS = 150;

/** Blue and Green side by side; the environment that the address names at the right. */
export function Environments(): ReactElement {
  const location = useLocation();
  // An id with a namespace may be typed with its slashes as they are.
  const envId = location.segments.slice(1).join('/') || undefined;
  const registering = location.query.get('do') === 'register';
  const asked = environmentFilterIn(location.query);
  const filter = { ...asked, text: useSettled(asked.text, TYPING_PAUSE_MS) };
  const blue = useLane('blue', filter, envId);
  const green = useLane('green', filter, envId);
  const counts = blue.counts ?? green.counts;
  const selected = selectedIn(location);
  const deed = envId === undefined && selected.length > 0 ? DEEDS[location.query.get('do') ?? ''] : undefined;
  const open = registering || deed !== undefined || envId !== undefined;
  const nothing = counts !== undefined && counts.blue === 0 && !isNarrowed(filter) && !filter.archived;
  return (
    <>
      <Heading
        title="Environments"
        actions={
          <Link className="button" to={['environments']} query={{ ...listFilterOf(location.query), do: 'register' }}>
            Register…
          </Link>
        }
      >
        {counts === undefined ? '' : `${formatCount(counts.blue)} Blue · ${formatCount(counts.green)} Green`}
      </Heading>
      {nothing ? null : <LaneFilter key={open ? 'open' : 'closed'} />}
      <SelectionBar total={blue.reading.data?.total} readIds={blue.readIds} />
      <div className="split environments" data-open={open}>
        <div className="lanes master">
          <Lane zone="blue" lane={blue} current={envId} />
          <Lane zone="green" lane={green} current={envId} />
        </div>
        <div className="pane detail">
          {registering ? (
            <RegisterTask />
          ) : deed !== undefined ? (
            <SeveralTask deed={deed} />
          ) : envId !== undefined ? (
            <EnvironmentDetail key={envId} envId={envId} />
          ) : (
            <NoEnvironments nothing={nothing} />
          )}
        </div>
      </div>
    </>
  );
}
