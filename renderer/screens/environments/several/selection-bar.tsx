import type { ReactElement } from 'react';

import { formatCount } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { listFilterOf } from '../../../router/location.ts';
import { useServices } from '../../../services.ts';
import { useFrozen } from '../../../stores/use-frozen.ts';
import { useLocation } from '../../../stores/use-stores.ts';
import { selectedIn, SELECTED_MAX, withSelected } from './selection.ts';

interface Props {
  /** All that fit the filter, where they are known and few enough to be decided together. */
  readonly all: readonly string[] | null;
}

/** What can be done with the environments that are selected. */
export function SelectionBar({ all }: Props): ReactElement | null {
  const { router } = useServices();
  const location = useLocation();
  const isFrozen = useFrozen() !== null;
  const ids = selectedIn(location);
  if (ids.length === 0) return null;
  const kept = listFilterOf(location.query);
  const select = (chosen: readonly string[]): void => router.go(withSelected(location, chosen), { replace: true });
  return (
    <section className="row selection" aria-label="Selected environments">
      <b role="status">{formatCount(ids.length)} selected</b>
      <Link className={isFrozen ? 'button' : 'button primary'} to={['environments']} query={{ ...kept, do: 'promote' }}>
        Promote…
      </Link>
      <Link className="button" to={['members', 'policies']} query={{ do: 'protect', env: ids }}>
        Protect…
      </Link>
      <Link className="button" to={['environments']} query={{ ...kept, do: 'archive' }}>
        Archive…
      </Link>
      <span className="grow" />
      {all !== null && all.some((id) => !ids.includes(id)) ? (
        <button type="button" className="button quiet" onClick={() => select(all)}>
          Select all {formatCount(all.length)}
        </button>
      ) : null}
      {ids.length === SELECTED_MAX ? <span className="soft">As many as can be decided together.</span> : null}
      <button type="button" className="button quiet" onClick={() => select([])}>
        Clear
      </button>
    </section>
  );
}
