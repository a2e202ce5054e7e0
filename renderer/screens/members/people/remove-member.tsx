import type { ReactElement } from 'react';

import type { MemberView } from '../../../../src/api/chain/members.ts';
import { formatQuantity } from '../../../parts/format.ts';
import { Task } from '../../../signing/task.tsx';

/** Proposes that a member is one no longer. */
export function RemoveMember({ member: { member_id, name, keys } }: { readonly member: MemberView }): ReactElement {
  const inUse = keys.filter(({ status }) => status === 'active').length;
  return (
    <Task
      title={`Remove ${name}`}
      button="Propose the removal…"
      command={{ command: ['member', 'remove'], operands: [member_id] }}
      next={null}
      request={{ kind: 'proposal', action: 'remove_member', payload: { member_id } }}
    >
      <p className="notice warn">
        <b>It cannot be undone.</b> {formatQuantity(inUse, 'key')} of {name} never act again, and the id {member_id}{' '}
        cannot be given to anybody else. What {name} did stays in the chain under that name.
      </p>
      <p className="soft">
        For a while only, suspend it instead. The ledger refuses a removal after which no administrator, or too few for
        a policy, would be left.
      </p>
    </Task>
  );
}
