import type { ReactElement } from 'react';

import type { Identity } from '../../../src/api/operator/keys.ts';
import { useKnownKeys, type KnownKey } from '../../keys/use-known-keys.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { formatLevel } from '../../parts/format.ts';
import { HashText } from '../../parts/hash.tsx';
import { LinkList } from '../../parts/link-list.tsx';
import { STORE_WORDS } from '../../keys/store-words.ts';
import { Name } from '../../names/name.tsx';

interface Props {
  readonly identities: readonly Identity[];
  readonly current: string | undefined;
}

export function IdentityList({ identities, current }: Props): ReactElement {
  const known = useKnownKeys();
  return (
    <LinkList
      label="Identities"
      items={identities}
      keyOf={({ key_id }) => key_id}
      placeOf={({ key_id }) => ({ to: ['keys', key_id] })}
      current={current}
    >
      {(identity) => (
        <>
          <Avatar publicKey={identity.public_key} />
          <span className="grow">
            <b>
              <Name kind="key" id={identity.public_key} name={identity.name} />
            </b>
            <small>
              {roleOf(identity, known?.get(identity.public_key))} · {STORE_WORDS[identity.store]} ·{' '}
              <HashText value={identity.public_key} />
            </small>
          </span>
          {identity.acting ? <span className="tag green">acting</span> : null}
          {identity.validator_id === null ? null : <span className="tag">seals</span>}
        </>
      )}
    </LinkList>
  );
}

function roleOf({ member, validator_id }: Identity, known: KnownKey | undefined): string {
  if (member !== null) return formatLevel(member.level);
  if (validator_id !== null) return `validator ${validator_id}`;
  return known === undefined ? 'not on the chain' : `retired key of ${known.whose}`;
}
