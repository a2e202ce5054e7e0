import { useState, type ReactElement } from 'react';

import type { Identity } from '../../../src/api/operator/keys.ts';
import { Link } from '../../parts/link.tsx';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { SigningPanel } from '../../signing/signing-panel.tsx';
import { readKeys } from '../../stores/follow-node.ts';
import { useAct } from '../../stores/use-act.ts';
import { Command } from '../../node-parts/command.tsx';

/** Removes a key from this machine: first what is lost by it, and whether it can be. */
export function ForgetKey({ identity }: { readonly identity: Identity }): ReactElement {
  const { client, node, router } = useServices();
  const { key_id, name, member, validator_id } = identity;
  const [asked, setAsked] = useState(false);
  const leave = useAct(async () => {
    router.go(encodeLocation(['keys']), { replace: true });
    await readKeys(client, node);
  });
  if (validator_id !== null)
    return (
      <>
        <h2>Remove {name}</h2>
        <p className="notice bad">
          <b>This node seals with it, so it cannot be removed.</b> Without it the chain would stop. Let {validator_id}{' '}
          seal with another key first.
        </p>
        <div className="row">
          <Link className="button primary" to={['validators', validator_id]} query={{ do: 'rotate' }}>
            Rotate the key of {validator_id}…
          </Link>
        </div>
      </>
    );
  if (identity.acting)
    return (
      <>
        <h2>Remove {name}</h2>
        <p className="notice bad">
          <b>It is the identity that acts now.</b> Choose another identity first.
        </p>
        <div className="row">
          <Link className="button" to={['keys']}>
            All identities
          </Link>
        </div>
      </>
    );
  if (asked)
    return <SigningPanel request={{ kind: 'forget_key', key_id }} onBack={() => setAsked(false)} onDone={leave.run} />;
  return (
    <form
      className="task-form"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
      }}
    >
      <h2>Remove {name}</h2>
      <div className="notice bad">
        <b>The key is removed from this machine, and cannot be brought back from it.</b>
        <ul>
          {member === null ? (
            <li>It is not the key of a member of the chain, so nobody loses a vote.</li>
          ) : (
            <li>
              It is a key of {member.name}. Without another key, or a copy of this one, {member.name} can no longer sign
              anything, and others must approve a new key.
            </li>
          )}
          <li>What it signed stays valid, and stays provable.</li>
        </ul>
      </div>
      <p className="soft">If you are not sure, export it first: the export can be imported again.</p>
      <div className="row">
        <button type="submit" className="button danger">
          Remove the key…
        </button>
        <Link className="button" to={['keys', key_id]} query={{ do: 'export' }}>
          Export encrypted…
        </Link>
        <span className="faint grow">
          or <Command of={{ command: ['key', 'forget'], operands: [key_id] }} />
        </span>
      </div>
    </form>
  );
}
