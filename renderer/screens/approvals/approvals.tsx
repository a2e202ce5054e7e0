import type { ReactElement } from 'react';

import { isHash } from '../../../src/base/bytes.ts';
import { Empty } from '../../node-parts/empty.tsx';
import { formatCount } from '../../parts/format.ts';
import { Heading } from '../../node-parts/heading.tsx';
import { Link } from '../../parts/link.tsx';
import { TaskPane } from '../../parts/task-pane.tsx';
import { useLocation } from '../../stores/use-stores.ts';
import { useWaiting } from '../../stores/use-waiting.ts';
import { ImportApproval } from './offline/import-approval.tsx';
import { ChooseProposal } from './propose/choose-proposal.tsx';
import { ClockForm } from './propose/clock-form.tsx';
import { FreezeForm } from './propose/freeze-form.tsx';
import { ParameterForm } from './propose/parameter-form.tsx';
import { UnfreezeForm } from './propose/unfreeze-form.tsx';
import { ProposalDetail } from './proposal-detail.tsx';
import { ProposalList } from './proposal-list.tsx';
import { useEndedProposals } from './use-ended-proposals.ts';
import './approvals.css';

/** What waits for whom at the left, the proposal that the address names at the right. */
export function Approvals(): ReactElement {
  const { segments, query } = useLocation();
  const waiting = useWaiting();
  const ended = useEndedProposals();
  const proposalId = segments[1];
  const task = query.get('do');
  const { mine, others, total, known } = waiting;
  const nothing = known && total === 0 && ended.reading.data?.total === 0;
  return (
    <>
      <Heading
        title="Approvals"
        actions={
          <>
            <Link className="button" to={['approvals']} query={{ do: 'import' }}>
              Import an approval…
            </Link>
            <Link className="button" to={['approvals']} query={{ do: 'propose' }}>
              New proposal…
            </Link>
          </>
        }
      >
        {known
          ? total === 0
            ? 'nothing is open'
            : `${formatCount(mine.length)} ${mine.length === 1 ? 'waits' : 'wait'} for you · ${formatCount(others.length)} ${others.length === 1 ? 'waits' : 'wait'} for others`
          : ''}
      </Heading>
      <div className="split approvals" data-open={proposalId !== undefined || task !== null}>
        <section className="pane master" aria-label="Proposals">
          <ProposalList waiting={waiting} ended={ended} current={proposalId} />
        </section>
        <section className="pane detail" aria-label="Proposal">
          {proposalId !== undefined ? (
            isHash(proposalId) ? (
              <ProposalDetail key={proposalId} proposalId={proposalId} />
            ) : (
              <Empty title="This is not the id of a proposal">An id is 0x and 64 digits.</Empty>
            )
          ) : task === null ? (
            <NothingChosen nothing={nothing} />
          ) : (
            <NewTask task={task} />
          )}
        </section>
      </div>
    </>
  );
}

interface TaskPlace {
  readonly title: string;
  readonly show: () => ReactElement;
}

const CHOOSE: TaskPlace = { title: 'New proposal', show: () => <ChooseProposal /> };
const TASKS: Readonly<Record<string, TaskPlace>> = {
  freeze: { title: 'Emergency stop', show: () => <FreezeForm /> },
  unfreeze: { title: 'Emergency stop', show: () => <UnfreezeForm /> },
  clock: { title: 'The chain’s clock', show: () => <ClockForm /> },
  parameter: { title: 'New proposal', show: () => <ParameterForm /> },
  import: { title: 'Signed offline', show: () => <ImportApproval expected={null} /> },
};

function NewTask({ task }: { readonly task: string }): ReactElement {
  const { title, show } = TASKS[task] ?? CHOOSE;
  return (
    <TaskPane key={task} back={['approvals']} title={title}>
      {show()}
    </TaskPane>
  );
}

function NothingChosen({ nothing }: { readonly nothing: boolean }): ReactElement {
  if (!nothing)
    return (
      <Empty title="Choose a proposal" command={{ command: ['proposal', 'list'] }}>
        What it would do, who has approved, and the words to compare show here.
      </Empty>
    );
  return (
    <Empty
      title="No proposals yet"
      action={
        <Link className="button primary" to={['approvals']} query={{ do: 'propose' }}>
          New proposal…
        </Link>
      }
      command={{ command: ['proposal', 'create'], options: { action: 'ACTION', payload: '@FILE' } }}
    >
      Validators, members, policies and other matters of governance change only when enough members agree. To make such
      a change, propose it; it waits here for the others, and happens in the block of the last approval.
    </Empty>
  );
}
