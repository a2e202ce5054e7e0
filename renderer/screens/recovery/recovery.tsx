import type { ReactElement } from 'react';

import { InspectFile } from '../../inspection/inspect-file.tsx';
import { Heading } from '../../node-parts/heading.tsx';
import { Link } from '../../parts/link.tsx';
import { useLocation } from '../../stores/use-stores.ts';
import { Integrity, VerifyButton } from './integrity/integrity.tsx';
import { RollbackView } from './rollback/rollback-view.tsx';
import './recovery.css';

const VIEWS = [
  { id: 'rollback', title: 'Roll back' },
  { id: 'backups', title: 'Backups' },
  { id: 'integrity', title: 'Integrity' },
  { id: 'inspect', title: 'Look at a file' },
] as const;
type View = (typeof VIEWS)[number]['id'];

/** The days that matter: going back, backups, and whether what is stored is what was written. */
export function Recovery(): ReactElement {
  const { segments } = useLocation();
  const view = VIEWS.find(({ id }) => id === segments[1])?.id ?? 'rollback';
  return (
    <>
      <Heading title="Recovery" actions={view === 'integrity' ? <VerifyButton /> : null}>
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

function ViewBody({ view }: { readonly view: View }): ReactElement {
  switch (view) {
    case 'rollback':
      return <RollbackView />;
    case 'backups':
      return <p />;
    case 'integrity':
      return <Integrity />;
    case 'inspect':
      return <InspectFile />;
  }
}
