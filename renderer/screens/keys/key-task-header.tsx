import type { ReactElement } from 'react';

import { Link } from '../../parts/link.tsx';

/** The head of something that is being done with keys; Close goes back to the key, or to the list. */
export function KeyTaskHeader({ title, keyId }: { readonly title: string; readonly keyId?: string }): ReactElement {
  return (
    <header>
      <Link className="button quiet back" to={['keys']}>
        ← All
      </Link>
      <h2 className="clip">{title}</h2>
      <span className="grow" />
      <Link className="button" to={keyId === undefined ? ['keys'] : ['keys', keyId]}>
        Close
      </Link>
    </header>
  );
}
