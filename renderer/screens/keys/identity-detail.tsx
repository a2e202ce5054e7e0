import type { ReactElement } from 'react';

import type { Identity } from '../../../src/api/operator/keys.ts';
import { useKnownKeys } from '../../keys/use-known-keys.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatLevel, formatTime } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Words } from '../../parts/words.tsx';
import { useServices } from '../../services.ts';
import { actAs } from '../../stores/acting.ts';
import { useAct } from '../../stores/use-act.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { ExportKey } from './export-key.tsx';
import { ForgetKey } from './forget-key.tsx';
import { ProveKey } from './prove-key.tsx';
import { STORE_WORDS } from '../../keys/store-words.ts';
import { Name } from '../../names/name.tsx';

/** One identity: who it is on the chain, and what can be done with it. */
export function IdentityDetail({ identity }: { readonly identity: Identity }): ReactElement {
  const services = useServices();
  const task = useLocation().query.get('do');
  const select = useAct(() => actAs(services, identity.key_id));
  return (
    <>
      <header>
        <Link className="button quiet back" to={['keys']}>
          ← All
        </Link>
        <Avatar publicKey={identity.public_key} />
        <h2 className="clip">
          <Name kind="key" id={identity.public_key} name={identity.name} />
        </h2>
        {identity.acting ? <span className="tag green">acting</span> : null}
        <span className="grow" />
        {task !== null ? (
          <Link className="button" to={['keys', identity.key_id]}>
            Close
          </Link>
        ) : identity.acting ? null : (
          <button
            type="button"
            className={`button ${identity.member === null ? '' : 'primary'}`}
            disabled={select.busy}
            onClick={select.run}
          >
            Act as {identity.name}
          </button>
        )}
      </header>
      <div className="pane-body">
        {select.problem === undefined ? null : <ProblemNotice problem={select.problem} />}
        <Body identity={identity} task={task} />
      </div>
    </>
  );
}

function Body({ identity, task }: { readonly identity: Identity; readonly task: string | null }): ReactElement {
  switch (task) {
    case 'prove':
      return <ProveKey identity={identity} />;
    case 'export':
      return <ExportKey identity={identity} />;
    case 'forget':
      return <ForgetKey identity={identity} />;
    default:
      return <Shown identity={identity} />;
  }
}

function Shown({ identity }: { readonly identity: Identity }): ReactElement {
  const { key_id, member, validator_id } = identity;
  const allKnown = useKnownKeys();
  const known = allKnown?.get(identity.public_key);
  const isRetired = known?.status === 'retired';
  return (
    <>
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
            member === null ? (
              validator_id !== null ? null : isRetired ? (
                `it was a key of ${known.whose}`
              ) : (
                'the chain does not know this key'
              )
            ) : (
              <span key="member">
                <Link to={['members', 'people', member.member_id]}>
                  <Name kind="member" id={member.member_id} name={member.name} />
                </Link>
                , {formatLevel(member.level)}, {member.status}
              </span>
            ),
          ],
          [
            'Validator',
            validator_id === null ? null : (
              <Link key="validator" to={['validators', validator_id]}>
                <Name kind="validator" id={validator_id} />
              </Link>
            ),
          ],
        ]}
      />
      {validator_id !== null && member === null ? (
        <p className="soft">This node seals blocks with it. It signs no transactions.</p>
      ) : isRetired ? (
        <p className="notice">
          <b>
            The chain has refused this key since{' '}
            {known.retired_at === null ? 'it was replaced' : formatTime(known.retired_at)}.
          </b>{' '}
          A key can be added to a chain only once, so it can never be used there again. What it signed stays valid.
        </p>
      ) : member === null ? (
        <p className="notice">
          This key signs nothing on the chain yet. To become a member’s or a validator’s key, it is proved to be held,
          and proposed with that proof.
        </p>
      ) : (
        <p>
          <Link to={['audit']} query={{ signer: member.member_id }}>
            All that {member.name} signed
          </Link>
        </p>
      )}
      <section className="section">
        <h2>What can be done with it</h2>
        <div className="row">
          {allKnown !== undefined && known === undefined ? (
            <Link className="button primary" to={['keys', key_id]} query={{ do: 'prove' }}>
              Prove possession…
            </Link>
          ) : null}
          <Link className="button" to={['keys', key_id]} query={{ do: 'export' }}>
            Export encrypted…
          </Link>
          <Link className="button danger" to={['keys', key_id]} query={{ do: 'forget' }}>
            Forget…
          </Link>
        </div>
      </section>
    </>
  );
}
