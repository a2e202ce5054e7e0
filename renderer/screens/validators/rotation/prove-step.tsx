import type { ReactElement } from 'react';

import type { PublicKey } from '../../../../src/base/bytes.ts';
import type { ValidatorView } from '../../../../src/api/chain/members.ts';
import { Possession } from '../../../keys/possession.tsx';
import { Link } from '../../../parts/link.tsx';
import { Skeleton } from '../../../parts/skeleton.tsx';
import { useServices } from '../../../services.ts';
import { useNode } from '../../../stores/use-stores.ts';
import { Assurance } from './assurance.tsx';
import { encodeRotationPlace } from './rotation-place.ts';

/** Step 2: the new key signs that it will be this validator's. */
export function ProveStep({
  validator: { validator_id },
  newKey,
}: {
  readonly validator: ValidatorView;
  readonly newKey: PublicKey;
}): ReactElement {
  const { router } = useServices();
  const identities = useNode((state) => state.keys?.identities);
  const identity = identities?.find(({ public_key }) => public_key === newKey);
  if (identities === undefined) return <Skeleton />;
  if (identity === undefined)
    return (
      <div className="notice warn row">
        <span className="grow">This key is not on this machine, so it cannot be proved here.</span>
        <Link className="button" to={['validators', validator_id]} query={{ do: 'rotate', step: 'key' }}>
          Choose another
        </Link>
      </div>
    );
  return (
    <>
      <Assurance>
        <li>
          <b>A key that nobody holds cannot be proposed:</b> the ledger refuses it without this proof.
        </li>
        <li>The proof is void for another validator or another chain. Nothing is written to the chain.</li>
        <li>If you stop here, nothing has changed: {validator_id} keeps sealing with its present key.</li>
      </Assurance>
      <Possession
        identity={identity}
        subject={`validator/${validator_id}`}
        onBack={() => router.go(encodeRotationPlace(validator_id, { step: 'key' }))}
        onProven={({ public_key, proof }) =>
          router.go(encodeRotationPlace(validator_id, { step: 'propose', newKey: public_key, proof }))
        }
      />
    </>
  );
}
