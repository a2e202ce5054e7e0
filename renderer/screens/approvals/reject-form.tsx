import { useState, type ReactElement } from 'react';

import type { ProposalView } from '../../../src/api/chain/proposals.ts';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Task } from '../../signing/task.tsx';

/** A rejection says why: the others read it, now and in the log. */
export function RejectForm({ proposal: { proposal_id, title } }: { readonly proposal: ProposalView }): ReactElement {
  const [reason, setReason] = useState('');
  const given = reason.trim();
  return (
    <Task
      title={`Reject “${title}”`}
      button="Review the rejection…"
      dangerous
      command={{
        command: ['proposal', 'reject'],
        operands: [proposal_id.slice(0, 10)],
        options: { reason: given || 'TEXT' },
      }}
      next={null}
      request={
        given === ''
          ? { missing: 'Give the reason.' }
          : { kind: 'transaction', action: 'reject', payload: { proposal_id, reason: given } }
      }
    >
      <p className="soft">
        Your rejection is recorded with its reason. The proposal ends as soon as the approvals can no longer be reached.
        Until then you can change your mind.
      </p>
      <ReasonField hint="Written to the chain; everyone can read it." value={reason} onValue={setReason} />
    </Task>
  );
}
