import type { ReactElement } from 'react';

import { fingerprintWords } from '../../../../src/base/fingerprint.ts';
import type { PublicKey, Signature } from '../../../../src/base/bytes.ts';
import type { ValidatorView } from '../../../../src/api/chain/members.ts';
import { isHeld } from '../../../keys/key-card.ts';
import { Link } from '../../../parts/link.tsx';
import { Words } from '../../../parts/words.tsx';
import { useServices } from '../../../services.ts';
import { SigningPanel } from '../../../signing/signing-panel.tsx';
import { useChain } from '../../../stores/use-chain.ts';
import { Assurance } from './assurance.tsx';
import { encodeRotationPlace } from './rotation-place.ts';

/** Step 3: the exact difference, and the signature that proposes it. */
export function ProposeStep({
  validator: { validator_id, is_here },
  newKey,
  proof,
}: {
  readonly validator: ValidatorView;
  readonly newKey: PublicKey;
  readonly proof: Signature;
}): ReactElement {
  const { router } = useServices();
  const chain = useChain();
  const key = { subject: `validator/${validator_id}`, public_key: newKey, proof } as const;
  if (chain !== null && !isHeld(key, chain))
    return (
      <div className="notice bad row">
        <span className="grow">
          <b>The proof in this address does not verify.</b> Prove possession of the key again.
        </span>
        <Link className="button" to={['validators', validator_id]} query={{ do: 'rotate', step: 'prove', new: newKey }}>
          Prove it again
        </Link>
      </div>
    );
  return (
    <>
      <Assurance>
        <li>
          <b>The present key keeps sealing</b> until enough have approved and the change is executed.
        </li>
        {is_here ? <li>This node refuses a change after which it could not seal.</li> : null}
        <li>If you stop here, nothing has changed; this address brings you back to this step.</li>
      </Assurance>
      <section className="section">
        <h2>
          The new key <span className="faint">· proved to be held; read these words to those who will approve</span>
        </h2>
        <Words words={fingerprintWords(newKey)} label="Fingerprint of the new key" />
      </section>
      <SigningPanel
        request={{ kind: 'proposal', action: 'rotate_validator', payload: { validator_id, public_key: newKey, proof } }}
        onBack={() => router.go(encodeRotationPlace(validator_id, { step: 'prove', newKey }))}
        onDone={() => router.go(encodeRotationPlace(validator_id, { step: 'approvals', newKey, proof }))}
      />
    </>
  );
}
