import type { ReactElement, ReactNode } from 'react';

import { Link } from '../../../parts/link.tsx';
import { useFrozen } from '../../../stores/use-frozen.ts';
import { useNode } from '../../../stores/use-stores.ts';

/** What can be proposed from here, and where the rest is proposed from. */
export function ChooseProposal(): ReactElement {
  const frozen = useFrozen() !== null;
  const isAhead = useNode((state) => state.status?.clock === 'behind');
  return (
    <>
      <p className="soft">
        Changes that need several approvals start as a proposal, and take effect once enough members have approved.
      </p>
      <ul className="stack">
        {frozen ? (
          <Way to={['approvals']} query={{ do: 'unfreeze' }} title="Unfreeze the chain…">
            Environments can change again.
          </Way>
        ) : (
          <Way to={['approvals']} query={{ do: 'freeze' }} title="Freeze the chain…" danger>
            The emergency stop: immediately, by you alone. No environment can change until others have agreed to
            unfreeze.
          </Way>
        )}
        {isAhead ? (
          <Way to={['approvals']} query={{ do: 'clock' }} title="Set the chain’s clock back…" danger>
            The chain’s time is ahead of this machine’s clock. A new era begins, and what was signed before is void.
          </Way>
        ) : null}
        <Way to={['approvals']} query={{ do: 'parameter' }} title="Set a parameter…">
          How old a transaction may be, and how long a proposal may stay open.
        </Way>
        <Way to={['validators']} title="Validators">
          Add, replace or remove the keys that seal blocks.
        </Way>
        <Way to={['members']} title="Members & access">
          Who may do what, and how many must agree: members, their keys, and the policies.
        </Way>
        <Way to={['environments']} title="Environments">
          Promote a protected environment: open it, and choose “Promote”.
        </Way>
      </ul>
    </>
  );
}

function Way({
  to,
  query,
  title,
  danger = false,
  children,
}: {
  readonly to: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly title: string;
  readonly danger?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <li>
      <Link className={danger ? 'way danger' : 'way'} to={to} {...(query === undefined ? {} : { query })}>
        <b>{title}</b>
        <small>{children}</small>
      </Link>
    </li>
  );
}
