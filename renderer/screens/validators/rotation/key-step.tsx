import { useState, type ReactElement } from 'react';

import { fingerprintWords } from '../../../../src/base/fingerprint.ts';
import type { PublicKey, Signature } from '../../../../src/base/bytes.ts';
import type { ValidatorView } from '../../../../src/api/chain/members.ts';
import { KeySource } from '../../../keys/key-source.tsx';
import { NewKeyForm } from '../../../keys/new-key-form.tsx';
import { useUnusedKeys } from '../../../keys/use-known-keys.ts';
import { Choice } from '../../../parts/choice.tsx';
import { Link } from '../../../parts/link.tsx';
import { Skeleton } from '../../../parts/skeleton.tsx';
import { useServices } from '../../../services.ts';
import { Assurance } from './assurance.tsx';
import { encodeRotationPlace } from './rotation-place.ts';
import { Name } from '../../../names/name.tsx';

/** Step 1: the key that will seal from now on. If this node seals, it must hold the key. */
export function KeyStep({ validator }: { readonly validator: ValidatorView }): ReactElement {
  const { router } = useServices();
  const { validator_id, is_here } = validator;
  const goOn = (newKey: PublicKey): void => router.go(encodeRotationPlace(validator_id, { step: 'prove', newKey }));
  const propose = (newKey: PublicKey, proof: Signature): void =>
    router.go(encodeRotationPlace(validator_id, { step: 'propose', newKey, proof }));
  return (
    <>
      <Assurance>
        <li>
          <b>Nothing changes yet.</b> {validator_id} keeps sealing with its present key.
        </li>
        <li>You can stop here: nothing is lost, and a key that you created stays for later.</li>
      </Assurance>
      {is_here ? (
        <OwnKey validatorId={validator_id} keyCount={validator.keys.length} onKey={goOn} />
      ) : (
        <>
          <p className="soft">
            {validator_id} seals on another machine. Its operator creates the new key there, and gives you its card.
          </p>
          <KeySource
            subject={`validator/${validator_id}`}
            value={null}
            onValue={(key) => {
              if (key !== null) propose(key.public_key, key.proof);
            }}
          />
        </>
      )}
    </>
  );
}

function OwnKey({
  validatorId,
  keyCount,
  onKey,
}: {
  readonly validatorId: string;
  /** How many it had. */
  readonly keyCount: number;
  readonly onKey: (key: PublicKey) => void;
}): ReactElement {
  const unused = useUnusedKeys();
  const [chosen, setChosen] = useState<'new' | PublicKey>('new');
  if (unused === undefined) return <Skeleton />;
  const identity = unused.find(({ public_key }) => public_key === chosen);
  return (
    <>
      <fieldset className="stack">
        <legend>The key that will seal from now on</legend>
        <Choice
          name="new-key"
          title="Create a new key"
          checked={identity === undefined}
          onChoose={() => setChosen('new')}
        >
          On this machine, where this node finds it. Recommended.
        </Choice>
        {unused.map(({ key_id, name, public_key, store }) => (
          <Choice
            key={key_id}
            name="new-key"
            title={<Name kind="key" id={public_key} name={name} />}
            checked={public_key === chosen}
            onChoose={() => setChosen(public_key)}
          >
            {store === 'keychain' ? 'OS keychain' : 'encrypted file'}, never used on this chain ·{' '}
            <span className="mono">{fingerprintWords(public_key).join(' ')}</span>
          </Choice>
        ))}
      </fieldset>
      {identity === undefined ? (
        <NewKeyForm
          initialName={`Validator ${validatorId}, key ${keyCount + 1}`}
          button="Create the key and continue"
          busyButton="Creating it…"
          onMade={({ public_key }) => onKey(public_key)}
          command={{ command: ['key', 'create'] }}
        />
      ) : (
        <div className="row">
          <button type="button" className="button primary" onClick={() => onKey(identity.public_key)}>
            Continue with {identity.name}
          </button>
          <Link className="button quiet" to={['keys', identity.key_id]}>
            View it
          </Link>
        </div>
      )}
    </>
  );
}
