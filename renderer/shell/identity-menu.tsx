import type { ReactElement } from 'react';
import { useStore } from 'zustand';

import type { Identity } from '../../src/api/operator/keys.ts';
import { SessionNote } from '../keys/session-note.tsx';
import { STORE_WORDS } from '../keys/store-words.ts';
import { Avatar } from '../parts/avatar.tsx';
import { formatLevel } from '../parts/format.ts';
import { Link } from '../parts/link.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { useNow } from '../stores/clock.ts';
import { useAct } from '../stores/use-act.ts';
import { useNode } from '../stores/use-stores.ts';
import { Name } from '../names/name.tsx';
import { Overlay } from './overlay.tsx';

/** From anywhere: who acts, to act as somebody else, whether signing is unlocked, and the keys. */
export function IdentityMenu(): ReactElement | null {
  const { page } = useServices();
  const open = useStore(page, (state) => state.overlay === 'identity');
  return open ? <Menu /> : null;
}

function Menu(): ReactElement {
  const { page } = useServices();
  const keys = useNode((state) => state.keys);
  const close = (): void => page.setState({ overlay: null });
  // What signs nothing is not acted with.
  const identities = (keys?.identities ?? []).filter(({ member, acting }) => member !== null || acting);
  return (
    <Overlay label="Who acts" className="shortcuts">
      <div className="row">
        <h2>Who acts</h2>
        <span className="grow" />
        <button type="button" className="button" onClick={close}>
          Close
        </button>
      </div>
      {identities.length === 0 ? (
        <p className="soft">
          {keys === null ? 'The node has not said which keys it has.' : 'No key here is one of a member of this chain.'}
        </p>
      ) : (
        <ul className="identities">
          {identities.map((identity) => (
            <IdentityRow key={identity.key_id} identity={identity} onActing={close} />
          ))}
        </ul>
      )}
      {keys === null ? null : <Session unlockedUntil={keys.unlocked_until} unlockedId={keys.unlocked_key_id} />}
      <p className="row">
        <Link to={['keys']} onClick={close}>
          All keys of this machine
        </Link>
      </p>
    </Overlay>
  );
}

function IdentityRow({
  identity,
  onActing,
}: {
  readonly identity: Identity;
  readonly onActing: () => void;
}): ReactElement {
  const { client, node } = useServices();
  const { key_id, public_key, name, member, store, acting } = identity;
  const select = useAct(async () => {
    node.setState({ keys: await client.operator.selectIdentity({ key_id }) });
    onActing();
  });
  return (
    <li className="row">
      <Avatar publicKey={public_key} />
      <span className="grow">
        <b>
          {member === null ? (
            <Name kind="key" id={public_key} name={name} />
          ) : (
            <Name kind="member" id={member.member_id} name={name} />
          )}
        </b>
        <small className="soft">
          {member === null ? 'not a member' : formatLevel(member.level)} · {STORE_WORDS[store]}
        </small>
      </span>
      {acting ? (
        <span className="tag green">acting</span>
      ) : (
        <button type="button" className="button" disabled={select.busy} onClick={select.run}>
          Act as {name}
        </button>
      )}
      {select.problem === undefined ? null : <ProblemNotice problem={select.problem} />}
    </li>
  );
}

/** Unlocking is offered where something is signed: there it is known for what. */
function Session({
  unlockedUntil,
  unlockedId,
}: {
  readonly unlockedUntil: number | null;
  readonly unlockedId: string | null;
}): ReactElement {
  const { client, node } = useServices();
  const name = useNode((state) => state.keys?.identities.find(({ key_id }) => key_id === unlockedId)?.name ?? 'a key');
  const now = useNow();
  const lock = useAct(async () => node.setState({ keys: await client.operator.lockSession() }));
  return (
    <p className="row soft">
      <span className="grow">
        Signing: <SessionNote unlockedUntil={unlockedUntil} name={name} />.
      </span>
      {unlockedUntil !== null && unlockedUntil > now ? (
        <button type="button" className="button" disabled={lock.busy} onClick={lock.run}>
          Lock now
        </button>
      ) : null}
      {lock.problem === undefined ? null : <ProblemNotice problem={lock.problem} />}
    </p>
  );
}
