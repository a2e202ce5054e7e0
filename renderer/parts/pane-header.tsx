import type { ReactElement, ReactNode } from 'react';

import { Link } from './link.tsx';

interface Props {
  /** The list that it was opened from. */
  readonly back: readonly string[];
  readonly title: ReactNode;
  /** A title that is read whole, over several lines where it has to be. */
  readonly wraps?: boolean;
  /** Tags: what it is now. */
  readonly children?: ReactNode;
  /** The one thing to do here, or to leave what is being done. */
  readonly action?: ReactNode;
}

/** The head of what is opened next to a list. */
export function PaneHeader({ back, title, wraps = false, children, action }: Props): ReactElement {
  return (
    <header>
      <Link className="button quiet back" to={back}>
        ← All
      </Link>
      <h2 className={wraps ? undefined : 'clip'}>{title}</h2>
      {children}
      <span className="grow" />
      {action}
    </header>
  );
}
