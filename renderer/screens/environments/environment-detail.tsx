import type { ReactElement } from 'react';

import type { EnvironmentView } from '../../../src/api/chain/environments.ts';
import { environmentName } from '../../../src/ledger/actions/environment-metadata.ts';
import { Link } from '../../parts/link.tsx';
import { PaneHeader } from '../../parts/pane-header.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useFrozen } from '../../stores/use-frozen.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { EnvironmentOverview } from './environment-overview.tsx';
import { FilePanel } from './file-panel.tsx';
import { ArchiveTask } from './tasks/archive-task.tsx';
import { CheckpointTask } from './tasks/checkpoint-task.tsx';
import { MergeTask } from './tasks/merge-task.tsx';
import { PromoteTask } from './tasks/promote-task.tsx';
import { RecallTask } from './tasks/recall-task.tsx';
import { UpdateTask } from './tasks/update-task.tsx';
import { isProtected, usePromotionPolicy } from './promotion-policy.ts';
import { Name } from '../../names/name.tsx';

/** One environment: what it is, or what is being done to it. */
export function EnvironmentDetail({ envId }: { readonly envId: string }): ReactElement {
  const { reads } = useServices();
  const environment = useRead(reads.chain.environment.queryOptions({ input: { env_id: envId } }));
  const task = useLocation().query.get('do');
  return (
    <>
      <ReadingView reading={environment}>
        {(data) => (
          <>
            <DetailHeader environment={data} busy={task !== null} />
            <div className="pane-body">
              <DetailBody environment={data} task={task} />
            </div>
          </>
        )}
      </ReadingView>
      {environment.data === undefined ? (
        <p className="lane-empty">
          <Link to={['environments']}>All environments</Link>
        </p>
      ) : null}
    </>
  );
}

function DetailHeader({
  environment,
  busy,
}: {
  readonly environment: EnvironmentView;
  readonly busy: boolean;
}): ReactElement {
  const { env_id, blue, green, archived_at, recalled, rollback } = environment;
  // Nothing can be promoted then; the task says so.
  const isFrozen = useFrozen() !== null;
  const guarded = isProtected(usePromotionPolicy()(env_id));
  const promotable = archived_at === null && green?.version !== blue.version;
  return (
    <PaneHeader
      back={['environments']}
      title={<Name kind="environment" id={env_id} name={environmentName(blue.metadata)} byId />}
      action={
        busy ? (
          <Link className="button" to={['environments', env_id]}>
            Close
          </Link>
        ) : promotable ? (
          <Link
            className={isFrozen ? 'button' : 'button primary'}
            to={['environments', env_id]}
            query={{ do: 'promote' }}
          >
            {guarded ? 'Propose' : 'Promote'} v{blue.version}…
          </Link>
        ) : null
      }
    >
      <span className="tag blue">Blue v{blue.version}</span>
      {green === null ? (
        recalled === null ? (
          <span className="faint">{rollback === null ? 'never promoted' : 'not Green'}</span>
        ) : (
          <span className="tag bad">v{recalled.version} recalled from Green</span>
        )
      ) : (
        <>
          <span className="faint" aria-hidden="true">
            →
          </span>
          <span className="tag green">Green v{green.version}</span>
        </>
      )}
      {guarded ? <span className="tag">protected</span> : null}
      {rollback === null ? null : <span className="tag">rolled back</span>}
      {archived_at === null ? null : <span className="tag warn">archived</span>}
    </PaneHeader>
  );
}

function DetailBody({
  environment,
  task,
}: {
  readonly environment: EnvironmentView;
  readonly task: string | null;
}): ReactElement {
  const { query } = useLocation();
  const file = query.get('file');
  switch (task) {
    case 'promote':
      return <PromoteTask environment={environment} />;
    case 'update':
      return <UpdateTask environment={environment} />;
    case 'checkpoint':
      return <CheckpointTask environment={environment} />;
    case 'merge':
      return <MergeTask environment={environment} />;
    case 'recall':
      return <RecallTask environment={environment} />;
    case 'archive':
      return <ArchiveTask environment={environment} />;
    default:
      return file === null ? (
        <EnvironmentOverview environment={environment} />
      ) : (
        <FilePanel environment={environment} path={file} />
      );
  }
}
