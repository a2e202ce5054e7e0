import type { ReactElement } from 'react';

import type { MemberView } from '../../../../src/api/chain/members.ts';
import { Task } from '../../../signing/task.tsx';

/** Proposes that a member may not act for a while, or may again. */
export function SuspendMember({ member }: { readonly member: MemberView }): ReactElement {
  const { member_id, name, level } = member;
  const suspends = member.status === 'active';
  return (
    <Task
      title={`${suspends ? 'Suspend' : 'Resume'} ${name}`}
      button="Propose…"
      command={{ command: ['member', suspends ? 'suspend' : 'resume'], operands: [member_id] }}
      next={null}
      request={{
        kind: 'proposal',
        action: 'update_member',
        payload: { member_id, name, level, status: suspends ? 'suspended' : 'active' },
      }}
    >
      <p className="soft">
        {suspends
          ? `Nothing that ${name} signs is accepted while it is suspended, and its votes do not count. Its keys and its level stay, and it can be resumed.`
          : `${name} may act again with the level and the keys that it has.`}
      </p>
      {suspends ? (
        <p className="notice">
          It takes effect when enough members have approved. If there is no time for that, an administrator can freeze
          the chain immediately.
        </p>
      ) : null}
    </Task>
  );
}
