import type { ReactElement } from 'react';

import type { HostInfo } from '../../src/api/operator/host.ts';
import type { KeyStoreKind } from '../../src/api/operator/keys.ts';
import { Choice } from '../parts/choice.tsx';

/** Where private keys live. What cannot be chosen says why. */
export function KeyStoreChoice({
  host,
  store,
  onStore,
}: {
  readonly host: HostInfo;
  readonly store: KeyStoreKind;
  readonly onStore: (store: KeyStoreKind) => void;
}): ReactElement {
  const { available, name, reason } = host.keychain;
  return (
    <fieldset className="stack">
      <legend>Where the keys are kept</legend>
      <Choice
        name="store"
        title={name}
        disabled={!available}
        checked={store === 'keychain'}
        onChoose={() => onStore('keychain')}
      >
        {available
          ? 'The keychain of this system protects them. Recommended.'
          : `Not available here: ${reason ?? 'no keychain is available.'}`}
      </Choice>
      <Choice name="store" title="Encrypted file" checked={store === 'file'} onChoose={() => onStore('file')}>
        Locked with a passphrase that you enter when the console starts and when you sign.
      </Choice>
    </fieldset>
  );
}
