import type { ReactElement } from 'react';

import { Link } from './link.tsx';

/** The views of a screen, each with an address below the screen's; `home` is at the screen's own. */
export function ViewTabs({
  screen,
  title,
  views,
  home,
  current,
}: {
  /** The screen's id. */
  readonly screen: string;
  readonly title: string;
  readonly views: readonly { readonly id: string; readonly title: string }[];
  readonly home: string;
  readonly current: string;
}): ReactElement {
  return (
    <nav className="segmented views" aria-label={title}>
      {views.map((view) => (
        <Link
          key={view.id}
          to={view.id === home ? [screen] : [screen, view.id]}
          aria-current={view.id === current ? 'true' : undefined}
        >
          {view.title}
        </Link>
      ))}
    </nav>
  );
}
