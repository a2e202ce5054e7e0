import { useState, type ReactElement } from 'react';

import type { ProposalView } from '../../../src/api/chain/proposals.ts';
import { Link } from '../../parts/link.tsx';
import { PaneHeader } from '../../parts/pane-header.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { SigningPanel } from '../../signing/signing-panel.tsx';
import { useRead } from '../../stores/use-read.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { optionalText } from '../../../src/ledger/actions/fields.ts';
import type { Hash } from '../../../src/base/bytes.ts';
import { CommentReview } from './comment-review.tsx';
import { ExportProposal } from './offline/export-proposal.tsx';
import { ImportApproval } from './offline/import-approval.tsx';
import { ProposalOverview } from './proposal-overview.tsx';
import { STATUS_TONES } from '../../proposals/proposal-words.ts';
import { RejectForm } from './reject-form.tsx';

/** One proposal: what it does and who decides, or what is being done with it. */
export function ProposalDetail({ proposalId }: { readonly proposalId: Hash }): ReactElement {
  const { reads } = useServices();
  const { query } = useLocation();
  const task = query.get('do');
  const proposal = useRead(reads.chain.proposal.queryOptions({ input: { proposal_id: proposalId } }));
  return (
    <ReadingView reading={proposal}>
      {(data) => (
        <>
          <PaneHeader
            back={['approvals']}
            title={data.title}
            wraps
            action={
              task === null ? null : (
                <Link className="button" to={['approvals', proposalId]}>
                  Close
                </Link>
              )
            }
          >
            <span className={`tag ${STATUS_TONES[data.status]}`}>{data.status}</span>
          </PaneHeader>
          <div className="pane-body">
            <DetailBody proposal={data} task={task} reason={query.get('reason') ?? ''} />
          </div>
        </>
      )}
    </ReadingView>
  );
}

function DetailBody({
  proposal,
  task,
  reason,
}: {
  readonly proposal: ProposalView;
  readonly task: string | null;
  /** Why it is approved. */
  readonly reason: string;
}): ReactElement {
  const { router } = useServices();
  // It stays while something else of the proposal is looked at, and until it is on the chain.
  const [draft, setDraft] = useState('');
  const { proposal_id, action, payload } = proposal;
  const back = (): void => router.go(encodeLocation(['approvals', proposal_id]));
  const overview = <ProposalOverview proposal={proposal} draft={draft} onDraft={setDraft} />;
  switch (task) {
    case 'approve':
      return (
        <SigningPanel
          request={{
            kind: 'transaction',
            action: 'approve',
            payload: { proposal_id, ...optionalText('reason', reason) },
          }}
          onBack={back}
        />
      );
    case 'withdraw':
      return (
        <SigningPanel request={{ kind: 'transaction', action: 'withdraw', payload: { proposal_id } }} onBack={back} />
      );
    case 'again':
      return <SigningPanel request={{ kind: 'proposal', action, payload }} onBack={back} />;
    case 'reject':
      return <RejectForm proposal={proposal} />;
    case 'comment':
      return (
        <CommentReview proposalId={proposal_id} draft={draft} onBack={back} onDone={() => setDraft('')}>
          {overview}
        </CommentReview>
      );
    case 'export':
      return <ExportProposal proposal={proposal} />;
    case 'import':
      return <ImportApproval expected={proposal} />;
    default:
      return overview;
  }
}
