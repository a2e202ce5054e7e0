import { useEffect, useState, type ReactElement } from 'react';

import type { Hash, PublicKey, Signature } from '../../../../src/base/bytes.ts';
import type { ProposalView } from '../../../../src/api/chain/proposals.ts';
import type { ValidatorView } from '../../../../src/api/chain/members.ts';
import { formatDuration, formatTime } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { Skeleton } from '../../../parts/skeleton.tsx';
import { Words } from '../../../parts/words.tsx';
import { useServices } from '../../../services.ts';
import { SigningPanel } from '../../../signing/signing-panel.tsx';
import { actAs } from '../../../stores/acting.ts';
import { useChainNow } from '../../../stores/use-chain-now.ts';
import { useAct } from '../../../stores/use-act.ts';
import { useRead } from '../../../stores/use-read.ts';
import { useNode } from '../../../stores/use-stores.ts';
import { RequirementProgress } from '../../../proposals/requirement-progress.tsx';
import { Assurance } from './assurance.tsx';
import { encodeRotationPlace } from './rotation-place.ts';
import { findRotationTo, useProposal } from './use-rotation-proposal.ts';
import { Name } from '../../../names/name.tsx';

interface Props {
  readonly validator: ValidatorView;
  readonly newKey: PublicKey | null;
  readonly proof: Signature | null;
  readonly proposalId: Hash | null;
}

/** Step 4: who has approved, live. It continues by itself once the approvals are complete. */
export function ApprovalsStep({ validator, newKey, proof, proposalId }: Props): ReactElement {
  const { client, reads, router } = useServices();
  const { validator_id } = validator;
  const found = useRead(
    proposalId !== null || newKey === null
      ? null
      : {
          queryKey: [...reads.chain.proposals.key(), 'rotation to', newKey],
          queryFn: ({ signal }) => findRotationTo(client, newKey, signal),
        },
  );
  const foundId = found.data?.proposal_id;
  useEffect(() => {
    if (foundId !== undefined)
      router.go(encodeRotationPlace(validator_id, { step: 'approvals', newKey, proof, proposal: foundId }), {
        replace: true,
      });
  }, [router, validator_id, newKey, proof, foundId]);
  if (proposalId !== null) return <Followed validator={validator} proposalId={proposalId} proof={proof} />;
  return (
    <ReadingView reading={found}>
      {(proposal) =>
        proposal === null && proof !== null ? (
          <Skeleton />
        ) : proposal === null ? (
          <p className="notice row">
            <span className="grow">This key is not proposed yet.</span>
            <Link className="button" to={['validators', validator_id]} query={{ do: 'rotate', step: 'key' }}>
              Begin
            </Link>
          </p>
        ) : null
      }
    </ReadingView>
  );
}

function Followed({
  validator: { validator_id },
  proposalId,
  proof,
}: {
  readonly validator: ValidatorView;
  readonly proposalId: Hash;
  readonly proof: Signature | null;
}): ReactElement {
  const { router } = useServices();
  const reading = useProposal(proposalId);
  const isExecuted = reading.data?.status === 'executed';
  useEffect(() => {
    if (isExecuted)
      router.go(encodeRotationPlace(validator_id, { step: 'done', proposal: proposalId }), { replace: true });
  }, [router, validator_id, proposalId, isExecuted]);
  return (
    <ReadingView reading={reading}>
      {(proposal) =>
        proposal.status === 'open' ? (
          <Open proposal={proposal} validatorId={validator_id} />
        ) : (
          <Ended proposal={proposal} validatorId={validator_id} proof={proof} />
        )
      }
    </ReadingView>
  );
}

function Open({
  proposal,
  validatorId,
}: {
  readonly proposal: ProposalView;
  readonly validatorId: string;
}): ReactElement {
  const now = useChainNow();
  return (
    <>
      <Assurance>
        <li>
          <b>The present key keeps sealing meanwhile.</b> Transactions flow as before.
        </li>
        <li>
          You can close this page: the proposal stays, and <i>Rotate its key…</i> finds it again.
        </li>
      </Assurance>
      <section className="section stack" aria-label="Approvals">
        <h2>{proposal.title}</h2>
        {proposal.requirements.map((requirement) => (
          <RequirementProgress key={`${requirement.role} ${requirement.needed}`} requirement={requirement}>
            <span className="faint" title={formatTime(proposal.expires_at)}>
              {proposal.expires_at > now ? `${formatDuration(proposal.expires_at - now)} left` : 'expired'}
            </span>
          </RequirementProgress>
        ))}
        <ul className="stack">
          {proposal.votes.map(({ member, decision, voted_at, counts }) => (
            <li key={member.member_id}>
              <span className={`tag ${decision === 'approve' ? 'green' : 'bad'}`}>
                {decision === 'approve' ? 'approved' : 'rejected'}
              </span>{' '}
              <b>
                <Name kind="member" id={member.member_id} name={member.name} />
              </b>{' '}
              <span className="faint">{formatTime(voted_at)}</span>
              {counts ? null : <span className="faint"> · no longer counts</span>}
            </li>
          ))}
          {proposal.waiting_for.map(({ member_id, name }) => (
            <li key={member_id}>
              <span className="tag">waiting</span> <Name kind="member" id={member_id} name={name} />
            </li>
          ))}
        </ul>
      </section>
      <section className="section">
        <h2>
          Fingerprint of the proposal <span className="faint">· the same words for everyone who approves it</span>
        </h2>
        <Words words={proposal.fingerprint} label="Fingerprint of the proposal" />
      </section>
      <Approve proposal={proposal} validatorId={validatorId} />
    </>
  );
}

/** Where the person at this machine may vote too. */
function Approve({
  proposal,
  validatorId,
}: {
  readonly proposal: ProposalView;
  readonly validatorId: string;
}): ReactElement {
  const services = useServices();
  const identities = useNode((state) => state.keys?.identities) ?? [];
  const [approving, setApproving] = useState(false);
  const waited = new Set(proposal.waiting_for.map(({ member_id }) => member_id));
  const here = identities.filter(({ member }) => member !== null && waited.has(member.member_id));
  const acting = here.find((identity) => identity.acting);
  const select = useAct(async () => {
    const [next] = here;
    if (next !== undefined) await actAs(services, next.key_id);
  });
  if (approving)
    return (
      <SigningPanel
        request={{ kind: 'transaction', action: 'approve', payload: { proposal_id: proposal.proposal_id } }}
        onBack={() => setApproving(false)}
        onDone={() => setApproving(false)}
      />
    );
  return (
    <div className="row">
      {acting !== undefined ? (
        <button type="button" className="button primary" onClick={() => setApproving(true)}>
          Approve as {acting.name}…
        </button>
      ) : here[0] !== undefined ? (
        <button type="button" className="button" disabled={select.busy} onClick={select.run}>
          Act as {here[0].name}, whose approval is missing
        </button>
      ) : null}
      <Link className="button" to={['approvals', proposal.proposal_id]}>
        Open the proposal
      </Link>
      <Link className="button quiet" to={['validators', validatorId]}>
        Close, and leave it open
      </Link>
    </div>
  );
}

const ENDED_WORDS = {
  executed: 'It is executed.',
  rejected: 'It was rejected: after so many rejections, the approvals can no longer be reached.',
  withdrawn: 'It was withdrawn by its proposer.',
  stale: 'It ended stale: what it was made for has changed meanwhile.',
  expired: 'It expired before enough had approved.',
} as const;

function Ended({
  proposal,
  validatorId,
  proof,
}: {
  readonly proposal: ProposalView;
  readonly validatorId: string;
  readonly proof: Signature | null;
}): ReactElement {
  if (proposal.status === 'open') return <></>;
  const newKey = proposal.payload['public_key'];
  return (
    <>
      <p className="notice warn">
        <b>{ENDED_WORDS[proposal.status]}</b> Nothing has changed: {validatorId} keeps sealing with its present key.
      </p>
      <div className="row">
        <Link
          className="button primary"
          to={['validators', validatorId]}
          query={{
            do: 'rotate',
            step: proof === null ? 'prove' : 'propose',
            new: typeof newKey === 'string' ? newKey : null,
            proof,
          }}
        >
          Propose it again
        </Link>
        <Link className="button" to={['approvals', proposal.proposal_id]}>
          Open the proposal
        </Link>
      </div>
    </>
  );
}
