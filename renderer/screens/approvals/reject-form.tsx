import { useState, type ReactElement, type SyntheticEvent } from 'react';

import type { ProposalView } from '../../../src/api/chain/proposals.ts';
import { TEXT_LENGTH_MAX } from '../../../src/base/limits.ts';
import { Field } from '../../parts/field.tsx';
import { SigningPanel } from '../../signing/signing-panel.tsx';
import { Command } from '../../node-parts/command.tsx';

/** A rejection says why: the others read it, now and in the log. */
export function RejectForm({ proposal: { proposal_id, title } }: { readonly proposal: ProposalView }): ReactElement {
  const [reason, setReason] = useState('');
  const [reviewing, setReviewing] = useState(false);
  const given = reason.trim();
  if (reviewing)
    return (
      <SigningPanel
        request={{ kind: 'transaction', action: 'reject', payload: { proposal_id, reason: given } }}
        onBack={() => setReviewing(false)}
      />
    );
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setReviewing(given !== '');
  };
  return (
    <form className="task-form" onSubmit={submit} noValidate>
      <h2>Reject “{title}”</h2>
      <p className="soft">
        Your rejection is recorded with its reason. The proposal ends as soon as the approvals can no longer come
        together. Until then you can change your mind.
      </p>
      <Field label="Reason" hint="Goes on the chain, for everyone to read.">
        {(control) => (
          <textarea
            {...control}
            className="input prose"
            maxLength={TEXT_LENGTH_MAX}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      <div className="row">
        <button type="submit" className="button danger" disabled={given === ''}>
          Review the rejection…
        </button>
        <span className="faint grow">
          or{' '}
          <Command
            of={{
              command: ['proposal', 'reject'],
              operands: [proposal_id.slice(0, 10)],
              options: { reason: given || 'TEXT' },
            }}
          />
        </span>
      </div>
    </form>
  );
}
