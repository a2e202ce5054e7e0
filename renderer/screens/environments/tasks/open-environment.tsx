import type { ReactElement } from 'react';

import { Link } from '../../../parts/link.tsx';

/** The next step after a task: the environment as it is now. */
export function OpenEnvironment({ envId }: { readonly envId: string }): ReactElement {
  return (
    <Link className="button primary" to={['environments', envId]}>
      Open {envId}
    </Link>
  );
}
