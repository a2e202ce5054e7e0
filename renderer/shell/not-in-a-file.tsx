import type { ReactElement } from 'react';

import { Empty } from '../node-parts/empty.tsx';
import { Heading } from '../node-parts/heading.tsx';
import { Link } from '../parts/link.tsx';

/** In place of what needs a node: why it is not here. */
export function NotInAFile(): ReactElement {
  return (
    <>
      <Heading title="Not in a file" />
      <div className="card">
        <Empty
          title="This needs a node, and this is a file"
          action={
            <Link to={['file']} className="button primary">
              What this file is
            </Link>
          }
        >
          A file holds no keys, and nothing is signed or changed from it. Everything that the chain recorded can be read
          here.
        </Empty>
      </div>
    </>
  );
}
