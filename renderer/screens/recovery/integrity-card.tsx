import type { ReactElement } from 'react';

import { ReadingView } from '../../node-parts/reading-view.tsx';
import { Link } from '../../parts/link.tsx';
import { AreaCells, CellsKey } from './integrity/area-cells.tsx';
import { LastCheck } from './integrity/integrity.tsx';
import { useScrubStatus } from './integrity/use-scrub-status.ts';

/** The blocks as a picture, and where the rest is. */
export function IntegrityCard(): ReactElement {
  const status = useScrubStatus();
  return (
    <section className="card stack" aria-labelledby="integrity-card">
      <h2 id="integrity-card">
        <Link to={['recovery', 'integrity']}>Integrity of the chain</Link>
      </h2>
      <ReadingView reading={status}>
        {({ areas, damage }) => {
          const blocks = areas.find(({ area }) => area === 'blocks');
          return (
            <>
              {damage === null ? null : (
                <p className="notice bad">
                  <b>Damaged: {damage.place}.</b> <Link to={['recovery', 'integrity']}>What to do</Link>
                </p>
              )}
              {blocks === undefined ? null : <AreaCells area={blocks} />}
              <CellsKey area={blocks} />
              <p className="soft">
                <LastCheck />
              </p>
            </>
          );
        }}
      </ReadingView>
    </section>
  );
}
