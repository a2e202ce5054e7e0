import type { ReactElement, ReactNode } from 'react';

import type { Identity } from '../../src/api/operator/keys.ts';
import type { KeySubject } from '../../src/ledger/governance/possession.ts';
import { SigningPanel } from '../signing/signing-panel.tsx';
import type { ProvenKey } from './key-card.ts';

/** Proves that a key of this machine is held: by signing, with that key, whose it will be. */
export function Possession({
  identity,
  subject,
  onProven,
  onBack,
  next,
}: {
  readonly identity: Identity;
  readonly subject: KeySubject;
  readonly onProven: (key: ProvenKey) => void;
  readonly onBack: () => void;
  readonly next?: ReactNode;
}): ReactElement {
  return (
    <SigningPanel
      request={{ kind: 'possession', key_id: identity.key_id, subject }}
      onBack={onBack}
      next={next}
      onDone={(outcome) => {
        if (outcome.outcome === 'signed')
          onProven({ subject, public_key: identity.public_key, proof: outcome.signature });
      }}
    />
  );
}
