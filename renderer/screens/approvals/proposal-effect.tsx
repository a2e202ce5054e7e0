import type { ReactElement, ReactNode } from 'react';

import type { ProposalView } from '../../../src/api/chain/proposals.ts';
import { formatCount } from '../../parts/format.ts';
import { HexText } from '../../parts/hex-text.tsx';
import { Link } from '../../parts/link.tsx';
import { sentence } from '../../parts/sentence.ts';
import { ChangeTable } from '../../signing/change-table.tsx';
import { leadWords } from '../../proposals/proposal-words.ts';
import { RollbackEffect } from './rollback-effect.tsx';
import type { Standing } from './use-standing.ts';

interface Props {
  readonly proposal: ProposalView;
  readonly standing: Standing;
  /** How far the approvals are: between what happens and what exactly changes. */
  readonly children: ReactNode;
}

/** What happens, or happened, or why it cannot. */
export function ProposalEffect({ proposal, standing, children }: Props): ReactElement {
  const { effect, title } = proposal;
  switch (effect.outcome) {
    case 'applies':
      return (
        <>
          <Said
            lead={leadWords(
              [...proposal.requirements, ...proposal.requirements_after],
              standing.state === 'asked' ? standing.level : null,
            )}
            text={effect.sentence}
          />
          {children}
          {proposal.action === 'rollback' ? (
            <RollbackEffect proposal={proposal} changes={effect.changes} />
          ) : (
            <section className="section" aria-labelledby="what-changes">
              <h2 id="what-changes">What changes</h2>
              <ChangeTable changes={effect.changes} />
            </section>
          )}
          {effect.warnings.map((warning) => (
            <p key={warning} className="notice warn">
              <b>Check before you sign.</b> {warning}
            </p>
          ))}
        </>
      );
    case 'stale':
      return (
        <>
          <Said lead="This can no longer be executed:" text={sentence(title)} />
          <p className="notice warn">
            <b>What it was made for has changed since:</b>{' '}
            <HexText text={`${effect.namespace}/${effect.key} has another value now.`} /> An approval of it would end it
            stale and change nothing else. If it is still wanted, propose it again: the review then shows what it does
            to the current state.
          </p>
          {children}
        </>
      );
    case 'refused':
      return (
        <>
          <Said lead="In the current state, this cannot be executed:" text={sentence(title)} />
          <div className="notice bad">
            <b>The ledger would refuse it.</b> <HexText text={sentence(effect.rejection.message)} />{' '}
            <code>
              {effect.rejection.code} {effect.rejection.name}
            </code>
            <p>
              Nothing is lost: approvals are still counted, and it can be executed once the cause is removed. The
              approval that would complete it is refused until then.
            </p>
          </div>
          {children}
        </>
      );
    case 'ended':
      return <Ended proposal={proposal} text={effect.sentence} changes={effect.changes} />;
  }
}

const ENDINGS = {
  rejected: 'This was rejected, and did not happen:',
  withdrawn: 'This was withdrawn, and did not happen:',
  stale: 'This did not happen, because what it was made for had changed:',
  expired: 'This expired without enough approvals, and did not happen:',
} as const;

function Ended({
  proposal: { status, closed_block },
  text,
  changes,
}: {
  readonly proposal: ProposalView;
  readonly text: string;
  readonly changes: Parameters<typeof ChangeTable>[0]['changes'];
}): ReactElement {
  if (status !== 'executed' && status !== 'open') return <Said lead={ENDINGS[status]} text={text} />;
  return (
    <>
      <Said
        lead={
          closed_block === null ? (
            'This happened:'
          ) : (
            <>
              This happened in{' '}
              <Link to={['explorer', 'block', String(closed_block)]}>block {formatCount(closed_block)}</Link>:
            </>
          )
        }
        text={text}
      />
      <section className="section" aria-labelledby="what-changed">
        <h2 id="what-changed">What changed</h2>
        <ChangeTable changes={changes} />
      </section>
    </>
  );
}

function Said({ lead, text }: { readonly lead: ReactNode; readonly text: string }): ReactElement {
  return (
    <div>
      <p className="soft">{lead}</p>
      <p className="sentence">{text}</p>
    </div>
  );
}
