import type { ReactElement } from 'react';

import { Empty } from '../../node-parts/empty.tsx';
import { Link } from '../../parts/link.tsx';

export function NoEnvironments({ nothing }: { readonly nothing: boolean }): ReactElement {
  if (!nothing) {
    return (
      <Empty title="Choose an environment">
        Its versions, what promoting it would change, and its files show here. Arrow keys move in a lane, Enter opens, x
        selects several for one decision.
      </Empty>
    );
  }
  return (
    <Empty
      title="No environment is registered yet"
      action={
        <Link className="button primary" to={['environments']} query={{ do: 'register' }}>
          Register an environment…
        </Link>
      }
      command={{ command: ['env', 'create'], options: { id: 'cartpole', path: './cartpole' } }}
    >
      An environment is a directory of files. Registering it puts its hash on the chain as Blue, experimental; promoting
      it later makes it Green, canonical.
    </Empty>
  );
}
