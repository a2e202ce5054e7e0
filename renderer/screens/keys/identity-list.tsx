import { useRef, type ReactElement } from 'react';

import type { Identity } from '../../../src/api/views/operator.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { formatLevel } from '../../parts/format.ts';
import { HashText } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { useRoving } from '../../parts/use-roving.ts';
import { STORE_WORDS } from './store-words.ts';

interface Props {
  readonly identities: readonly Identity[];
  readonly current: string | undefined;
}

export function IdentityList({ identities, current }: Props): ReactElement {
  const list = useRef<HTMLUListElement>(null);
  const start = identities.findIndex(({ key_id }) => key_id === current);
  const roving = useRoving({ count: identities.length, container: list, start });
  return (
    // The list only listens for the arrow keys of its links.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul ref={list} className="identities" aria-label="Identities" onKeyDown={roving.onKeyDown}>
      {identities.map((identity, index) => (
        <li key={identity.key_id}>
          <Link
            className="item identity"
            to={['keys', identity.key_id]}
            aria-current={identity.key_id === current}
            data-row={index}
            tabIndex={index === roving.active ? 0 : -1}
            onFocus={() => roving.setActive(index)}
          >
            <Avatar publicKey={identity.public_key} />
            <span className="grow">
              <b>{identity.name}</b>
              <small>
                {roleOf(identity)} · {STORE_WORDS[identity.store]} · <HashText value={identity.public_key} />
              </small>
            </span>
            {identity.acting ? <span className="tag green">acting</span> : null}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function roleOf({ member, validator_id }: Identity): string {
  if (member !== null) return formatLevel(member.level);
  return validator_id === null ? 'not a member' : `validator ${validator_id}`;
}
