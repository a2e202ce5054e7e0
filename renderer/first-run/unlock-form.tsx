import type { ReactElement } from 'react';

import { DeedNotice } from '../directory/deed-notice.tsx';
import { useHostDeed } from './use-host-deed.ts';

/** The keys are in an encrypted file: the validator can seal again once a person has given the passphrase. */
export function UnlockForm(): ReactElement {
  const unlock = useHostDeed();
  return (
    <div className="stack wide card">
      <p className="soft">
        The validator starts to seal blocks as soon as its key is unlocked. The passphrase is asked for in a window that
        this page cannot see.
      </p>
      <DeedNotice deed={unlock} />
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={unlock.waiting !== null}
          onClick={() => unlock.ask({ deed: 'unlock_keys' })}
        >
          {unlock.waiting !== null ? 'Waiting…' : 'Unlock the keys…'}
        </button>
      </div>
    </div>
  );
}
