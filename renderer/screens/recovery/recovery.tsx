import type { ReactElement } from 'react';

import { Heading } from '../../node-parts/heading.tsx';
import { Link } from '../../parts/link.tsx';
import { useLocation } from '../../stores/use-stores.ts';
import { Backups, RestoreLink } from './backups/backups.tsx';
import { Integrity, VerifyButton } from './integrity/integrity.tsx';
import { RollbackView } from './rollback/rollback-view.tsx';
import './recovery.css';

const VIEWS = [
  { id: 'rollback', title: 'Roll back' },
  { id: 'backups', title: 'Backups' },
  { id: 'integrity', title: 'Integrity' },
] as const;
type View = (typeof VIEWS)[number]['id'];

/** The days that matter: going back, backups, and whether what is stored is what was written. */
export function Recovery(): ReactElement {
  const { segments } = useLocation();
  const view = VIEWS.find(({ id }) => id === segments[1])?.id ?? 'rollback';
  return (
    <>
      <Heading title="Recovery" actions={<Actions view={view} />}>
        roll back · back up · restore · verify
      </Heading>
      <nav className="segmented views" aria-label="Recovery">
        {VIEWS.map(({ id, title }) => (
          <Link
            key={id}
            to={id === 'rollback' ? ['recovery'] : ['recovery', id]}
            aria-current={id === view ? 'true' : undefined}
          >
            {title}
          </Link>
        ))}
      </nav>
      <ViewBody view={view} />
    </>
  );
}

function Actions({ view }: { readonly view: View }): ReactElement | null {
  switch (view) {
    case 'rollback':
      return null;
    case 'backups':
      return <RestoreLink />;
    case 'integrity':
      return <VerifyButton />;
  }
}

function ViewBody({ view }: { readonly view: View }): ReactElement {
  switch (view) {
    case 'rollback':
      return <RollbackView />;
    case 'backups':
      return <Backups />;
    case 'integrity':
      return <Integrity />;
  }
}
