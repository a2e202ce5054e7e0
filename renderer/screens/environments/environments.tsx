import { useState, type ReactElement } from 'react';

import { formatCount } from '../../parts/format.ts';
import { Heading } from '../../node-parts/heading.tsx';
import { Link } from '../../parts/link.tsx';
import { withQuery } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { useSettled } from '../../stores/use-settled.ts';
import { EnvironmentDetail } from './environment-detail.tsx';
import { Lane } from './lane.tsx';
import { NoEnvironments } from './no-environments.tsx';
import { RegisterTask } from './tasks/register-task.tsx';
import { useLane } from './use-lane.ts';
import './environments.css';

const TYPING_PAUSE_MS = 150;

/** Blue and Green side by side; the environment that the address names at the right. */
export function Environments(): ReactElement {
  const location = useLocation();
  // An id with a namespace may be typed with its slashes as they are.
  const envId = location.segments.slice(1).join('/') || undefined;
  const registering = location.query.get('do') === 'register';
  const text = useSettled(location.query.get('text') ?? '', TYPING_PAUSE_MS);
  const archived = location.query.get('archived') === 'yes';
  const blue = useLane({ zone: 'blue', text, archived });
  const green = useLane({ zone: 'green', text, archived });
  const counts = blue.counts ?? green.counts;
  const open = registering || envId !== undefined;
  const nothing = counts !== undefined && counts.blue === 0 && text === '' && !archived;
  return (
    <>
      <Heading
        title="Environments"
        actions={
          <>
            <LaneFilter key={open ? 'open' : 'closed'} />
            <Link className="button" to={['environments']} query={{ do: 'register' }}>
              Register…
            </Link>
          </>
        }
      >
        {counts === undefined ? '' : `${formatCount(counts.blue)} Blue · ${formatCount(counts.green)} Green`}
      </Heading>
      <div className="split environments" data-open={open}>
        <div className="lanes master">
          <Lane zone="blue" lane={blue} current={envId} />
          <Lane zone="green" lane={green} current={envId} />
        </div>
        <div className="pane detail">
          {registering ? (
            <RegisterTask />
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

function LaneFilter(): ReactElement {
  const { router } = useServices();
  const location = useLocation();
  const [text, setText] = useState(location.query.get('text') ?? '');
  return (
    <>
      <label className="check soft">
        <input
          type="checkbox"
          checked={location.query.get('archived') === 'yes'}
          onChange={(event) =>
            router.go(withQuery(location, { archived: event.target.checked ? 'yes' : null }), { replace: true })
          }
        />
        Archived
      </label>
      <input
        className="input lane-filter"
        type="search"
        aria-label="Filter the environments"
        placeholder="Filter by id or name"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          router.go(withQuery(location, { text: event.target.value }), { replace: true });
        }}
      />
    </>
  );
}
