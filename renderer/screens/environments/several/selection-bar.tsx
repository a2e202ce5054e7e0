import type { ReactElement } from 'react';

import { formatCount } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { listFilterOf } from '../../../router/location.ts';
import { useServices } from '../../../services.ts';
import { useFrozen } from '../../../stores/use-frozen.ts';
import { useAct } from '../../../stores/use-act.ts';
import { useLocation } from '../../../stores/use-stores.ts';
import { selectedIn, SELECTED_MAX, withSelected } from './selection.ts';

interface Props {
  /** How many fit the filter; undefined while that is not known. */
  readonly total: number | undefined;
  /** Those that do: of as many as can be decided together. */
  readonly readIds: () => Promise<readonly string[]>;
}

/** What can be done with the environments that are selected. */
export function SelectionBar({ total, readIds }: Props): ReactElement | null {
  const { router } = useServices();
  const location = useLocation();
  const isFrozen = useFrozen() !== null;
  const ids = selectedIn(location);
  const all = useAct(async () => router.go(withSelected(location, await readIds()), { replace: true }));
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
      {total !== undefined && total <= SELECTED_MAX && total !== ids.length ? (
        <button type="button" className="button quiet" disabled={all.busy} onClick={all.run}>
          Select all {formatCount(total)}
        </button>
      ) : null}
      {all.problem === undefined ? null : <ProblemNotice problem={all.problem} />}
      {ids.length === SELECTED_MAX ? <span className="soft">As many as can be decided together.</span> : null}
      <button type="button" className="button quiet" onClick={() => select([])}>
        Clear
      </button>
    </section>
  );
}
