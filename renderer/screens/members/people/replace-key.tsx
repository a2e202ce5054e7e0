import { useState, type ReactElement } from 'react';

import type { MemberView } from '../../../../src/api/chain/members.ts';
import type { ProvenKey } from '../../../keys/key-card.ts';
import { KeySource } from '../../../keys/key-source.tsx';
import { Hash } from '../../../parts/hash.tsx';
import { Link } from '../../../parts/link.tsx';
import { Task } from '../../../signing/task.tsx';
import { useNode } from '../../../stores/use-stores.ts';

/** Replaces a key: the holder of the old key does it alone; for a lost key it is proposed. */
export function ReplaceKey({
  member: { member_id, name, keys },
  oldKey,
}: {
  readonly member: MemberView;
  readonly oldKey: string | null;
}): ReactElement {
  const acting = useNode((state) => state.keys?.identities.find((identity) => identity.acting));
  const newIdentities = useNode((state) => state.keys?.identities) ?? [];
  const [key, setKey] = useState<ProvenKey | null>(null);
  const old = keys.find(({ public_key, status }) => public_key === oldKey && status === 'active');
  const subject = `member/${member_id}` as const;
  if (old === undefined)
    return (
      <p className="notice">
        This key is no longer in use. <Link to={['members', 'people', member_id]}>Back to {name}</Link>
      </p>
    );
  const isOwn = acting?.public_key === old.public_key;
  const payload =
    key === null ? null : { member_id, old_key: old.public_key, new_key: key.public_key, proof: key.proof };
  const taken = newIdentities.find(({ public_key }) => public_key === key?.public_key);
  return (
    <Task
      title={`Replace a key of ${name}`}
      button={isOwn ? 'Review…' : 'Propose…'}
      command={{
        command: ['member', 'rotate-key'],
        operands: [member_id],
        options: { old: old.public_key, key: '@CARD' },
      }}
      next={
        taken === undefined ? null : (
          <Link className="button primary" to={['keys', taken.key_id]}>
            Open the new key
          </Link>
        )
      }
      request={
        payload === null
          ? { missing: 'Add the new key with the proof that it is held.' }
          : isOwn
            ? { kind: 'transaction', action: 'rotate_key', payload }
            : { kind: 'proposal', action: 'rotate_key', payload }
      }
    >
      <p className="soft">
        The old key <Hash value={old.public_key} what="old public key" /> never acts again. Approvals that it gave to
        open proposals no longer count: approve again with the new key.
      </p>
      <p className={`notice ${isOwn ? '' : 'warn'}`}>
        {isOwn ? (
          <>
            <b>You act with this key, so you need nobody’s approval:</b> the old key itself signs that the new one takes
            its place.
          </>
        ) : (
          <>
            <b>You do not act with this key, so others must approve.</b> If {name} still holds it, {name} can replace it
            alone.
          </>
        )}
      </p>
      <KeySource subject={subject} value={key} onValue={setKey} />
    </Task>
  );
}
