import { useContext, type ReactElement } from 'react';

import type { ProposalView } from '../../../src/api/chain/proposals.ts';
import { formatCount, formatDuration, formatMoment, formatTime } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { TasksOffered } from '../../parts/tasks-offered.ts';
import { Words } from '../../parts/words.tsx';
import { useNow } from '../../stores/clock.ts';
import { useChainNow } from '../../stores/use-chain-now.ts';
import { useNode } from '../../stores/use-stores.ts';
import { actingMemberId } from '../../stores/waits-for.ts';
import { Conversation } from './conversation.tsx';
import { ProposalActions } from './proposal-actions.tsx';
import { ProposalEffect } from './proposal-effect.tsx';
import { peopleWords } from '../../proposals/proposal-words.ts';
import { RequirementProgress } from '../../proposals/requirement-progress.tsx';
import { useStanding } from './use-standing.ts';
import { VotesTable } from './votes-table.tsx';
import { Name } from '../../names/name.tsx';

/** More names than these say less. */
const NAMED_MAX = 6;

/** What happens if it is approved, who has to, and everything needed to compare and to decide. */
export function ProposalOverview({
  proposal,
  draft,
  onDraft,
}: {
  readonly proposal: ProposalView;
  /** The comment that is being written. */
  readonly draft: string;
  readonly onDraft: (draft: string) => void;
}): ReactElement {
  const standing = useStanding(proposal);
  const open = proposal.status === 'open';
  const offersTasks = useContext(TasksOffered);
  return (
    <>
      <ProposalEffect proposal={proposal} standing={standing}>
        {open ? <Progress proposal={proposal} /> : null}
      </ProposalEffect>
      <section className="section" aria-labelledby="fingerprint">
        <h2 id="fingerprint">
          {open ? 'Fingerprint of exactly what you sign' : 'Fingerprint'}{' '}
          <span className="faint">
            · the same words in <code>dm proposal show</code> and in the exported file
          </span>
        </h2>
        <Words words={proposal.fingerprint} label="Fingerprint" />
      </section>
      <Bounds proposal={proposal} />
      {open && offersTasks ? <ProposalActions proposal={proposal} standing={standing} /> : null}
      <section className="section" aria-labelledby="votes">
        <h2 id="votes">Votes</h2>
        <VotesTable votes={proposal.votes} />
      </section>
      <Conversation proposal={proposal} standing={standing} draft={draft} onDraft={onDraft} />
    </>
  );
}

function Progress({ proposal }: { readonly proposal: ProposalView }): ReactElement {
  const now = useNow();
  const { requirements, requirements_after: after, votes, waiting_for: waitingFor } = proposal;
  const memberId = useNode(actingMemberId);
  const approved = votes.filter(({ decision, counts }) => decision === 'approve' && counts);
  return (
    <section className="stack" aria-label="Approvals">
      {requirements.map((requirement, index) => (
        <RequirementProgress key={`${requirement.role} ${requirement.needed}`} requirement={requirement}>
          {index > 0 || approved.length === 0 ? null : (
            <span className="soft">
              {approved.map(({ member, voted_at }, place) => (
                <span key={member.member_id}>
                  {place === 0 ? '' : ' · '}
                  <Name kind="member" id={member.member_id} name={member.name} />, {formatMoment(voted_at, now)}
                </span>
              ))}
            </span>
          )}
        </RequirementProgress>
      ))}
      {after.length === 0 ? null : (
        <>
          <p className="soft">
            The change itself changes who may vote. Counted after the change, this must also be met:
          </p>
          {after.map((requirement) => (
            <RequirementProgress key={`${requirement.role} ${requirement.needed}`} requirement={requirement} />
          ))}
        </>
      )}
      {waitingFor.length === 0 ? null : (
        <p className="soft">
          Can still decide:{' '}
          <b>
            {waitingFor.length > NAMED_MAX
              ? peopleWords(waitingFor)
              : waitingFor.map(({ member_id, name }, index) => (
                  <span key={member_id}>
                    {index === 0 ? '' : ', '}
                    <Name kind="member" id={member_id} name={name} />
                    {member_id === memberId ? ' (you)' : ''}
                  </span>
                ))}
          </b>
        </p>
      )}
    </section>
  );
}

/** Who made it, what state it was made for, until when it stands, and its bytes. */
function Bounds({ proposal }: { readonly proposal: ProposalView }): ReactElement {
  const now = useNow();
  const chainNow = useChainNow();
  const { proposer, proposed_at, expires_at, block_index, closed_at, closed_block, closed_by, status } = proposal;
  return (
    <>
      <p className="soft">
        Proposed by{' '}
        <b>
          <Name kind="member" id={proposer.member_id} name={proposer.name} />
        </b>
        , {formatMoment(proposed_at, now)}, bound to the state before{' '}
        <Link to={['explorer', 'block', String(block_index)]}>block {formatCount(block_index)}</Link>
        {' · '}
        {status === 'open' ? (
          <span className={expires_at - chainNow < 3_600_000 ? 'warn-words' : undefined} title={formatTime(expires_at)}>
            expires {formatMoment(expires_at, now)}, in {formatDuration(expires_at - chainNow)}
          </span>
        ) : closed_at === null ? (
          <>expired {formatMoment(expires_at, now)}</>
        ) : (
          <>
            {status} {formatMoment(closed_at, now)}
            {closed_block === null ? null : (
              <>
                {' '}
                in <Link to={['explorer', 'block', String(closed_block)]}>block {formatCount(closed_block)}</Link>
              </>
            )}
            {closed_by === null ? null : (
              <>
                {' '}
                by <Link to={['explorer', 'transaction', closed_by]}>this transaction</Link>
              </>
            )}
          </>
        )}
      </p>
      <details>
        <summary>Canonical bytes</summary>
        <div className="stack">
          <p className="soft">
            Proposal <Hash value={proposal.proposal_id} what="proposal id" />: SHA-256 with the chain&rsquo;s tag over
            this text. Pre-state <Hash value={proposal.pre_state} what="pre-state" />: over the values below, as they
            were.
          </p>
          <pre className="code" tabIndex={0} aria-label="Canonical bytes">
            {proposal.canonical}
          </pre>
          <ul className="reads" aria-label="Values that it depends on">
            {proposal.reads.map(({ namespace, key, value_hash }) => (
              <li key={`${namespace}/${key}`}>
                <span className="mono">
                  {namespace}/{key}
                </span>{' '}
                {value_hash === null ? <span className="faint">did not exist</span> : <Hash value={value_hash} />}
              </li>
            ))}
          </ul>
        </div>
      </details>
    </>
  );
}
