import { useEffect, useRef, type ReactElement } from 'react';

import { fitsWhere } from '../commands/where.ts';
import { Link } from '../parts/link.tsx';
import type { Screen } from '../screens/screen.ts';
import { screens } from '../screens/screens.ts';
import { useInspection } from '../stores/use-inspection.ts';
import { useNode } from '../stores/use-stores.ts';

export function SideNav({ current }: { readonly current: string }): ReactElement {
  const chain = useNode((state) => state.host?.chain ?? null);
  const isFile = useInspection() !== null;
  const shown = screens.filter((screen) => fitsWhere(screen, isFile));
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // Where it is horizontal, it may be wider than the window.
    nav.current?.querySelector(`[aria-current='page']`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <nav className="side" aria-label="Screens" ref={nav}>
      <Places screens={shown.filter(({ group }) => group === 'main')} current={current} />
      <h2 id="side-operate">Operate</h2>
      <Places screens={shown.filter(({ group }) => group === 'operate')} current={current} labelledBy="side-operate" />
      <footer>
        {isFile ? 'A file, not a node' : 'Embedded validator'}
        <br />
        chain {chain?.chain_id}
        {chain?.sandbox === true ? ' · sandbox' : ''}
      </footer>
    </nav>
  );
}

function Places({
  screens,
  current,
  labelledBy,
}: {
  readonly screens: readonly Screen[];
  readonly current: string;
  readonly labelledBy?: string;
}): ReactElement {
  return (
    <ul aria-labelledby={labelledBy}>
      {screens.map(({ id, title, badge: Badge }) => (
        <li key={id}>
          <Link to={[id]} aria-current={id === current ? 'page' : undefined}>
            {title}
            {Badge === undefined ? null : <Badge />}
          </Link>
        </li>
      ))}
    </ul>
  );
}
