import type { ReactElement, ReactNode } from 'react';

import { Link } from './link.tsx';
import { PaneHeader } from './pane-header.tsx';

interface Props {
  /** The list that it was opened from, where Close goes too. */
  readonly back: readonly string[];
  readonly title: string;
  readonly tags?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of something new that is made next to a list. */
export function TaskPane({ back, title, tags, children }: Props): ReactElement {
  return (
    <>
      <PaneHeader
        back={back}
        title={title}
        action={
          <Link className="button" to={back}>
            Close
          </Link>
        }
      >
        {tags}
      </PaneHeader>
      <div className="pane-body">{children}</div>
    </>
  );
}
