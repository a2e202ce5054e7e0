import type { ReactElement } from 'react';

import type { ProposalView } from '../../../src/api/chain/proposals.ts';
import { Link } from '../../parts/link.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { SigningPanel } from '../../signing/signing-panel.tsx';
import { useRead } from '../../stores/use-read.ts';
import { useLocation, useNode } from '../../stores/use-stores.ts';
import { useThrottled } from '../../stores/use-throttled.ts';
import type { Hash } from '../../../src/base/bytes.ts';
import { ExportProposal } from './offline/export-proposal.tsx';
import { ImportApproval } from './offline/import-approval.tsx';
import { ProposalOverview } from './proposal-overview.tsx';
import { STATUS_TONES } from '../../proposals/proposal-words.ts';
import { RejectForm } from './reject-form.tsx';

const REFRESH_MS = 1_000;

/** One proposal: what it does and who decides, or what is being done with it. */
export function ProposalDetail({ proposalId }: { readonly proposalId: Hash }): ReactElement {
  const { client } = useServices();
  // What it would do is found on the newest state: any block may change the answer. Once it has ended, few can.
  const height = useThrottled(
    useNode((state) => state.height),
    REFRESH_MS,
  );
  const isOpen = useNode(
    (state) => state.proposals?.rows.some(({ proposal_id }) => proposal_id === proposalId) === true,
  );
  const governanceHeight = useNode((state) => state.governanceHeight);
  const task = useLocation().query.get('do');
  const proposal = useRead(
    `proposal ${proposalId}`,
    (signal) => client.chain.proposal({ proposal_id: proposalId }, { signal }),
    { refresh: isOpen ? `open ${height}` : `ended ${governanceHeight}` },
  );
  return (
    <ReadingView reading={proposal}>
      {(data) => (
        <>
          <header>
            <Link className="button quiet back" to={['approvals']}>
              ← All
            </Link>
            <h2>{data.title}</h2>
            <span className={`tag ${STATUS_TONES[data.status]}`}>{data.status}</span>
            <span className="grow" />
            {task === null ? null : (
              <Link className="button" to={['approvals', proposalId]}>
                Close
              </Link>
            )}
          </header>
          <div className="pane-body">
            <DetailBody proposal={data} task={task} />
          </div>
        </>
      )}
    </ReadingView>
  );
}

function DetailBody({
  proposal,
  task,
}: {
  readonly proposal: ProposalView;
  readonly task: string | null;
}): ReactElement {
  const { router } = useServices();
  const { proposal_id, action, payload } = proposal;
  const back = (): void => router.go(encodeLocation(['approvals', proposal_id]));
  switch (task) {
    case 'approve':
      return (
        <SigningPanel request={{ kind: 'transaction', action: 'approve', payload: { proposal_id } }} onBack={back} />
      );
    case 'withdraw':
      return (
        <SigningPanel request={{ kind: 'transaction', action: 'withdraw', payload: { proposal_id } }} onBack={back} />
      );
    case 'anew':
      return <SigningPanel request={{ kind: 'proposal', action, payload }} onBack={back} />;
    case 'reject':
      return <RejectForm proposal={proposal} />;
    case 'export':
      return <ExportProposal proposal={proposal} />;
    case 'import':
      return <ImportApproval expected={proposal} />;
    default:
      return <ProposalOverview proposal={proposal} />;
  }
}
