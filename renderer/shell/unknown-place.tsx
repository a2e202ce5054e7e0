import type { ReactElement } from 'react';

import { Empty } from '../node-parts/empty.tsx';
import { Heading } from '../node-parts/heading.tsx';
import { Link } from '../parts/link.tsx';

export function UnknownPlace(): ReactElement {
  return (
    <>
      <Heading title="Nothing here" />
      <div className="card">
        <Empty
          title="The console has no such place"
          action={
            <Link to={['overview']} className="button primary">
              Go to Overview
            </Link>
          }
        >
          The address may come from another version. You can find everything with Ctrl K.
        </Empty>
      </div>
    </>
  );
}
