import type { ReactElement } from 'react';
import { useStore } from 'zustand';

import type { Identity } from '../../src/api/operator/keys.ts';
import { IdentityLabel } from '../keys/identity-label.tsx';
import { SessionNote } from '../keys/session-note.tsx';
import { Avatar } from '../parts/avatar.tsx';
import { Link } from '../parts/link.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { actAs, lockSigning, useUnlockedKey } from '../stores/acting.ts';
import { useAct } from '../stores/use-act.ts';
import { useNode } from '../stores/use-stores.ts';
import { Overlay, OverlayHeading } from './overlay.tsx';

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
    <Overlay label="Who acts" className="sheet">
      <OverlayHeading title="Who acts" />
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
      {keys === null ? null : <Session />}
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
  const services = useServices();
  const select = useAct(async () => {
    await actAs(services, identity.key_id);
    onActing();
  });
  return (
    <li className="row">
      <Avatar publicKey={identity.public_key} />
      <span className="grow">
        <IdentityLabel identity={identity} />
      </span>
      {identity.acting ? (
        <span className="tag green">acting</span>
      ) : (
        <button type="button" className="button" disabled={select.busy} onClick={select.run}>
          Act as {identity.name}
        </button>
      )}
      {select.problem === undefined ? null : <ProblemNotice problem={select.problem} />}
    </li>
  );
}

/** Unlocking is offered where something is signed: there it is known for what. */
function Session(): ReactElement {
  const services = useServices();
  const unlocked = useUnlockedKey();
  const lock = useAct(() => lockSigning(services));
  return (
    <p className="row soft">
      <span className="grow">
        Signing: <SessionNote />.
      </span>
      {unlocked === null ? null : (
        <button type="button" className="button" disabled={lock.busy} onClick={lock.run}>
          Lock now
        </button>
      )}
      {lock.problem === undefined ? null : <ProblemNotice problem={lock.problem} />}
    </p>
  );
}
