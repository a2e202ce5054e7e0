import type { ReactElement } from 'react';

import type { Identity } from '../../../src/api/views/operator.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatLevel, formatTime } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Words } from '../../parts/words.tsx';
import { useServices } from '../../services.ts';
import { useAct } from '../../stores/use-act.ts';
import { STORE_WORDS } from './store-words.ts';

/** One identity: who it is on the chain, and the words to compare. */
export function IdentityDetail({ identity }: { readonly identity: Identity }): ReactElement {
  const { client, node } = useServices();
  const select = useAct(async () =>
    node.setState({ keys: await client.operator.selectIdentity({ key_id: identity.key_id }) }),
  );
  const { member } = identity;
  return (
    <>
      <header>
        <Link className="button quiet back" to={['keys']}>
          ← All
        </Link>
        <Avatar publicKey={identity.public_key} />
        <h2>{identity.name}</h2>
        <span className="grow" />
        {identity.acting ? (
          <span className="tag green">acting</span>
        ) : (
          <button type="button" className="button primary" disabled={select.busy} onClick={select.run}>
            Act as {identity.name}
          </button>
        )}
      </header>
      <div className="pane-body">
        {select.problem === undefined ? null : <ProblemNotice problem={select.problem} />}
        <section className="section">
          <h2>
            Fingerprint <span className="faint">· compare these words by voice</span>
          </h2>
          <Words words={identity.fingerprint} label={`Fingerprint of ${identity.name}`} />
        </section>
        <Facts
          rows={[
            ['Public key', <Hash key="key" value={identity.public_key} what="public key" />],
            ['Kept in', STORE_WORDS[identity.store]],
            ['Created', formatTime(identity.created_at)],
            [
              'Member',
              member === null
                ? identity.validator_id === null
                  ? 'the chain does not know this key'
                  : null
                : `${member.name}, ${formatLevel(member.level)}, ${member.status}`,
            ],
            ['Validator', identity.validator_id],
          ]}
        />
        {identity.validator_id !== null && member === null ? (
          <p className="soft">This node seals blocks with it. It signs no transactions.</p>
        ) : member === null ? (
          <p className="notice">
            This key signs nothing yet: an administrator must add it as a member first. Hand over its public key, and
            compare the words.
          </p>
        ) : (
          <p>
            <Link to={['audit']} query={{ signer: member.member_id }}>
              All that {member.name} signed
            </Link>
          </p>
        )}
      </div>
    </>
  );
}
