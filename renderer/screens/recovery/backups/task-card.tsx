import type { ReactElement, ReactNode } from 'react';

import { Link } from '../../../parts/link.tsx';

interface Props {
  /** Of its heading, in the page. */
  readonly id: string;
  readonly title: string;
  readonly children: ReactNode;
}

/** The frame of something that is done about backups, in the place of what is shown of them. */
export function TaskCard({ id, title, children }: Props): ReactElement {
  return (
    <section className="card stack wide" aria-labelledby={id}>
      <div className="row">
        <h2 id={id} className="grow">
          {title}
        </h2>
        <Link className="button" to={['recovery', 'backups']}>
          Close
        </Link>
      </div>
      {children}
    </section>
  );
}
