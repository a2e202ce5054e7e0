import type { ReactElement } from 'react';

import type { Identity } from '../../src/api/operator/keys.ts';
import { Name } from '../names/name.tsx';
import { formatLevel } from '../parts/format.ts';
import { STORE_WORDS } from './store-words.ts';

/** Who an identity is on the chain, and where its key is kept. */
export function IdentityLabel({ identity }: { readonly identity: Identity }): ReactElement {
  const { public_key, name, member, store } = identity;
  return (
    <>
      <b>
        {member === null ? (
          <Name kind="key" id={public_key} name={name} />
        ) : (
          <Name kind="member" id={member.member_id} name={name} />
        )}
      </b>
      <small>
        {member === null ? 'not a member' : formatLevel(member.level)} · {STORE_WORDS[store]}
      </small>
    </>
  );
}
