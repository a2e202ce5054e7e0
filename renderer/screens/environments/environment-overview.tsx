import type { ReactElement } from 'react';

import type { EnvironmentView, Lineage } from '../../../src/api/chain/environments.ts';
import { Age } from '../../node-parts/age.tsx';
import { formatBytes, formatQuantity } from '../../parts/format.ts';
import { Facts } from '../../parts/facts.tsx';
import { Hash } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { useServices } from '../../services.ts';
import { useRead, type Reading } from '../../stores/use-read.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { FileList } from './file-list.tsx';
import { LineageGraph } from './lineage-graph.tsx';
import { VersionComparison } from './version-comparison.tsx';
import { chosenVersions, versionsOf } from './versions.ts';
import { Name } from '../../names/name.tsx';

/** Lineage, what promoting changes, facts and files of one environment. */
export function EnvironmentOverview({ environment }: { readonly environment: EnvironmentView }): ReactElement {
  const { query } = useLocation();
  const lineage = useLineage(environment);
  const versions = versionsOf(environment, lineage.data);
  const { from, to } = chosenVersions(versions, query);
  return (
    <>
      <TaskLinks environment={environment} />
      <section className="section" aria-labelledby="lineage">
        <h2 id="lineage">
          Lineage <span className="faint">· choose a node to see what changed there</span>
        </h2>
        <ReadingView reading={lineage}>
          {(data) => <LineageGraph envId={environment.env_id} lineage={data} chosen={to.key} />}
        </ReadingView>
      </section>
      <VersionComparison environment={environment} versions={versions} from={from} to={to} />
      <EnvironmentFacts environment={environment} />
      {to.stateHash === null ? null : <FileList environment={environment} version={to} stateHash={to.stateHash} />}
    </>
  );
}

export function useLineage(environment: EnvironmentView): Reading<Lineage> {
  const { reads } = useServices();
  const { env_id, blue, green, checkpoint, archived_at } = environment;
  // Its history grows only when its record changes.
  const record = [blue.transaction_id, green?.transaction_id, checkpoint?.transaction_id, archived_at];
  const lineage = reads.chain.lineage.queryOptions({ input: { env_id }, queryKey: ['lineage', env_id, ...record] });
  return useRead(lineage, { keep: true });
}

function TaskLinks({
  environment: { env_id, green, archived_at },
}: {
  readonly environment: EnvironmentView;
}): ReactElement | null {
  if (archived_at !== null)
    return <p className="notice warn">Archived: nothing more can be done with it. Its history stays.</p>;
  const tasks = [
    ['update', 'Update…'],
    ...(green === null ? [] : [['checkpoint', 'Checkpoint…'] as const]),
    ['merge', 'Merge into it…'],
    ['archive', 'Archive…'],
  ] as const;
  return (
    <nav className="row" aria-label="What can be done">
      {tasks.map(([task, title]) => (
        <Link key={task} className="button" to={['environments', env_id]} query={{ do: task }}>
          {title}
        </Link>
      ))}
    </nav>
  );
}

function EnvironmentFacts({ environment }: { readonly environment: EnvironmentView }): ReactElement {
  const { env_id, blue, green, checkpoint } = environment;
  const size =
    blue.file_count === null || blue.size_bytes === null
      ? null
      : `${formatQuantity(blue.file_count, 'file')}, ${formatBytes(blue.size_bytes)}`;
  return (
    <section className="section" aria-labelledby="facts">
      <h2 id="facts">Facts</h2>
      <Facts
        rows={[
          ['Blue state hash', <Hash key="blue" value={blue.state_hash} what="Blue state hash" />],
          [
            'Green state hash',
            green === null ? null : <Hash key="green" value={green.state_hash} what="Green state hash" />,
          ],
          ['Content', size],
          ['Blue since', <By key="updated" time={blue.updated_at} who={blue.updated_by} />],
          [
            'Green since',
            green === null ? null : <By key="promoted" time={green.promoted_at} who={green.promoted_by} />,
          ],
          [
            'Checkpoint',
            checkpoint === null ? null : (
              <span key="checkpoint">
                {checkpoint.version}, <By time={checkpoint.created_at} who={checkpoint.created_by} />
              </span>
            ),
          ],
          [
            'Merged from',
            blue.sources.length === 0
              ? null
              : blue.sources.map((source, index) => (
                  <span key={source.env_id}>
                    {index === 0 ? '' : ', '}
                    <Name kind="environment" id={source.env_id} /> v{source.version}
                  </span>
                )),
          ],
        ]}
      />
      <p className="row">
        <Link to={['explorer', 'proof', 'state', 'environments', env_id]}>Proof of what it is now</Link>
        <span className="faint">·</span>
        <Link to={['audit']} query={{ env: env_id }}>
          Its audit log
        </Link>
        <span className="faint">·</span>
        <Link to={['explorer', 'state', 'environments', env_id]}>Its state at any time</Link>
      </p>
    </section>
  );
}

function By({ time, who }: { readonly time: number; readonly who: string }): ReactElement {
  return (
    <>
      <Age time={time} />, by <b>{who}</b>
    </>
  );
}
