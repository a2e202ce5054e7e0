import type { ReactElement } from 'react';

import type { Identity } from '../../../src/api/views/operator.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { formatLevel } from '../../parts/format.ts';
import { HashText } from '../../parts/hash.tsx';
import { LinkList } from '../../parts/link-list.tsx';
import { STORE_WORDS } from './store-words.ts';

interface Props {
  readonly identities: readonly Identity[];
  readonly current: string | undefined;
}

export function IdentityList({ identities, current }: Props): ReactElement {
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
            <b>{identity.name}</b>
            <small>
              {roleOf(identity)} · {STORE_WORDS[identity.store]} · <HashText value={identity.public_key} />
            </small>
          </span>
          {identity.acting ? <span className="tag green">acting</span> : null}
          {identity.validator_id === null ? null : <span className="tag">seals</span>}
        </>
      )}
    </LinkList>
  );
}

function roleOf({ member, validator_id }: Identity): string {
  if (member !== null) return formatLevel(member.level);
  return validator_id === null ? 'not on the chain' : `validator ${validator_id}`;
}
