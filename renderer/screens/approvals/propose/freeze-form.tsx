import { useState, type ReactElement } from 'react';

import { ReasonField } from '../../../parts/reason-field.tsx';
import { Link } from '../../../parts/link.tsx';
import { Task } from '../../../signing/task.tsx';

/** The emergency brake. One administrator pulls it; more are needed to let go. */
export function FreezeForm(): ReactElement {
  const [reason, setReason] = useState('');
  const given = reason.trim();
  return (
    <Task
      title="Freeze the chain"
      button="Review the freeze…"
      dangerous
      command={{ command: ['blockchain', 'freeze'], options: { reason: given || 'TEXT' } }}
      next={
        <Link className="button primary" to={['approvals']} query={{ do: 'unfreeze' }}>
          Propose to unfreeze…
        </Link>
      }
      request={
        given === ''
          ? { missing: 'Give the reason.' }
          : { kind: 'transaction', action: 'freeze', payload: { reason: given } }
      }
    >
      <div className="notice bad">
        <b>It takes effect at once, for everyone, by your signature alone.</b>
        <ul className="effects">
          <li>No environment can be registered, updated, promoted, merged or archived.</li>
          <li>Members, validators and policies can still be changed, and proposals approved.</li>
          <li>Everything can still be read, verified and proved. Nothing is removed.</li>
          <li>To unfreeze, a member proposes it and enough members approve. You cannot do that alone.</li>
        </ul>
      </div>
      <ReasonField
        hint="Shown to everyone across the console while it is frozen, and kept in the log."
        value={reason}
        onValue={setReason}
      />
    </Task>
  );
}
