import { useState, type ReactElement } from 'react';

import type { ProposalView } from '../../../src/api/chain/proposals.ts';
import { TEXT_LENGTH_MAX } from '../../../src/base/limits.ts';
import { Link } from '../../parts/link.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { roleWords } from '../../proposals/proposal-words.ts';
import type { Standing } from './use-standing.ts';

/** What the acting identity can do with an open proposal. Each button names the act, and still asks. */
export function ProposalActions({
  proposal,
  standing,
}: {
  readonly proposal: ProposalView;
  readonly standing: Standing;
}): ReactElement {
  const { proposal_id: id, effect } = proposal;
  const { state, proposer } = standing;
  const stale = effect.outcome === 'stale';
  const votes = state !== 'no_say' && !stale;
  const approves = votes && state !== 'approved';
  const [reason, setReason] = useState('');
  return (
    <section className="stack" aria-label="Decide">
      <StandingWords proposal={proposal} standing={standing} />
      {approves ? (
        <TextField
          label="Why you approve"
          hint="Signed with the approval; everyone can read it. Optional."
          lengthMax={TEXT_LENGTH_MAX}
          value={reason}
          onValue={setReason}
        />
      ) : null}
      <div className="row">
        {stale ? (
          <Act id={id} task="again" tone="primary">
            Propose it again…
          </Act>
        ) : null}
        {approves ? (
          <Act
            id={id}
            task="approve"
            reason={reason.trim()}
            tone={state === 'rejected' || effect.outcome === 'refused' ? '' : 'primary'}
          >
            {state === 'asked' ? 'Review and sign…' : state === 'complete' ? 'Execute it…' : 'Approve instead…'}
          </Act>
        ) : null}
        {votes && state !== 'rejected' ? (
          <Act id={id} task="reject" tone="danger">
            {state === 'asked' ? 'Reject…' : 'Reject instead…'}
          </Act>
        ) : null}
        {proposer || stale ? (
          <Act id={id} task="withdraw" tone="danger">
            Withdraw…
          </Act>
        ) : null}
        <span className="grow" />
        {state === 'asked' ? (
          <span className="faint">
            Before anything is signed, you confirm it in a window that this page cannot reach.
          </span>
        ) : null}
      </div>
      {stale ? null : (
        <p className="row soft">
          Does an approver have no network?{' '}
          <Link to={['approvals', id]} query={{ do: 'export' }}>
            Export to sign offline…
          </Link>
          <Link to={['approvals', id]} query={{ do: 'import' }}>
            Import an approval…
          </Link>
        </p>
      )}
    </section>
  );
}

function StandingWords({
  proposal: { requirements },
  standing: { name, level, state },
}: {
  readonly proposal: ProposalView;
  readonly standing: Standing;
}): ReactElement | null {
  switch (state) {
    case 'asked':
      return null;
    case 'approved':
      return <p className="notice">You have approved this. It waits for other members.</p>;
    case 'complete':
      return (
        <p className="notice">
          You have approved this, and its approvals are now complete: approve it again to execute it.
        </p>
      );
    case 'rejected':
      return <p className="notice">You have rejected this.</p>;
    case 'no_say':
      return (
        <p className="notice">
          {name === null
            ? 'No identity is active here. '
            : level === null
              ? `${name} is not a member of this chain, and cannot vote on this. `
              : `${name} cannot vote on this: it needs ${requirements.map(({ role }) => roleWords(role)).join(' and ')}. `}
          <Link to={['keys']}>Choose another identity</Link>
        </p>
      );
  }
}

function Act({
  id,
  task,
  tone,
  reason = '',
  children,
}: {
  readonly id: string;
  readonly task: string;
  readonly tone: string;
  readonly reason?: string;
  readonly children: string;
}): ReactElement {
  return (
    <Link className={`button ${tone}`} to={['approvals', id]} query={{ do: task, reason }}>
      {children}
    </Link>
  );
}
