import type { ReactElement } from 'react';

import { InspectFile } from '../../inspection/inspect-file.tsx';
import { Heading } from '../../node-parts/heading.tsx';
import { ViewTabs } from '../../parts/view-tabs.tsx';
import { fitsWhere } from '../../commands/where.ts';
import { useInspection } from '../../stores/use-inspection.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { Backups, RestoreLink } from './backups/backups.tsx';
import { Integrity, VerifyButton } from './integrity/integrity.tsx';
import { RollbackView } from './rollback/rollback-view.tsx';
import './recovery.css';

const VIEWS = [
  { id: 'rollback', title: 'Roll back', where: 'node' },
  { id: 'backups', title: 'Backups', where: 'node' },
  { id: 'integrity', title: 'Integrity', where: undefined },
  { id: 'inspect', title: 'Look at a file', where: 'node' },
] as const;
type View = (typeof VIEWS)[number]['id'];

/** The days that matter: going back, backups, and whether what is stored is what was written. */
export function Recovery(): ReactElement {
  const { segments } = useLocation();
  const isFile = useInspection() !== null;
  // Of a file only the check is here: what goes back or is backed up is a node's.
  const views = VIEWS.filter((view) => fitsWhere(view, isFile));
  const view = views.find(({ id }) => id === segments[1])?.id ?? (isFile ? 'integrity' : 'rollback');
  return (
    <>
      <Heading title="Recovery" actions={<Actions view={view} />}>
        {isFile ? 'verify' : 'roll back · back up · restore · verify'}
      </Heading>
      <ViewTabs screen="recovery" title="Recovery" views={views} home="rollback" current={view} />
      <ViewBody view={view} />
    </>
  );
}

function Actions({ view }: { readonly view: View }): ReactElement | null {
  switch (view) {
    case 'rollback':
    case 'inspect':
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
    case 'inspect':
      return <InspectFile />;
  }
}
