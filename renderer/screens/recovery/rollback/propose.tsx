import { useState, type ReactElement } from 'react';

import type { RollbackPreview } from '../../../../src/api/chain/recovery.ts';
import { Command } from '../../../node-parts/command.tsx';
import { formatQuantity } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { ReasonField } from '../../../parts/reason-field.tsx';
import { downloadJson } from '../../../parts/download.ts';
import { peopleWords, roleWords } from '../../../proposals/proposal-words.ts';
import { useServices } from '../../../services.ts';
import { SigningPanel } from '../../../signing/signing-panel.tsx';
import type { SigningRequest } from '../../../signing/signing-step.ts';
import { ActButton } from '../../../parts/act-button.tsx';

/** Under the difference: freeze first, why, and the button that proposes it. */
export function Propose({ preview }: { readonly preview: RollbackPreview }): ReactElement {
  const { node } = useServices();
  const [reason, setReason] = useState('');
  const [reviewing, setReviewing] = useState<SigningRequest | null>(null);
  const { target, payload, obstacle, frozen, requirements, scope } = preview;
  const given = reason.trim();
  if (reviewing !== null)
    return (
      <SigningPanel
        request={reviewing}
        onBack={() => setReviewing(null)}
        next={
          reviewing.kind === 'proposal' ? (
            <Link className="button" to={['approvals']}>
              Approvals
            </Link>
          ) : (
            <button type="button" className="button primary" onClick={() => setReviewing(null)}>
              On to the rollback
            </button>
          )
        }
      />
    );
  const save = (): void => {
    const { host, status } = node.getState();
    downloadJson(`rollback-to-block-${target.height}.json`, {
      chain_id: status?.chain_id ?? null,
      genesis: host?.chain?.genesis ?? null,
      ...preview,
    });
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (given !== '')
          setReviewing({ kind: 'proposal', action: 'rollback', payload: { ...payload, reason: given } });
      }}
    >
      {frozen !== null || obstacle !== null ? null : (
        <div className="notice warn row">
          <span className="grow">
            <b>The chain is not frozen.</b> What is promoted, merged or updated until the rollback is executed is undone
            too. Freeze it first, and everybody decides about exactly this.
          </span>
          <button
            type="button"
            className="button"
            onClick={() =>
              setReviewing({
                kind: 'transaction',
                action: 'freeze',
                payload: { reason: given || `A rollback to block ${target.height} is being prepared` },
              })
            }
          >
            Freeze first…
          </button>
        </div>
      )}
      <ReasonField
        hint="What went wrong. Those who approve it read this, and it stays on the chain."
        value={reason}
        onValue={setReason}
      />
      <div className="row">
        <ActButton
          missing={obstacle !== null ? 'It cannot be proposed: see above.' : given === '' ? 'Enter the reason.' : null}
        >
          Propose rollback…
        </ActButton>
        <button type="button" className="button" onClick={save}>
          Save this difference
        </button>
        <span className="faint grow">
          {requirements.length === 0
            ? 'Nobody has to approve it.'
            : `Needs ${requirements
                .map(
                  ({ role, needed, approvers }) =>
                    `${formatQuantity(needed, 'approval')} by ${roleWords(role)} (${peopleWords(approvers)})`,
                )
                .join(' and ')}.`}
        </span>
      </div>
      <p className="faint">
        or{' '}
        <Command
          of={{
            command: ['blockchain', 'rollback'],
            options: { to: String(target.height), environment: scope, reason: given || 'TEXT' },
          }}
        />
      </p>
    </form>
  );
}
