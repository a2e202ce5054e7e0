import type { ReactElement } from 'react';

import type { EnvironmentView, Lineage } from '../../../src/api/chain/environments.ts';
import { Age } from '../../node-parts/age.tsx';
import { formatBytes, formatCount, formatQuantity, formatTime, UNKNOWN } from '../../parts/format.ts';
import { Facts } from '../../parts/facts.tsx';
import { Hash } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { sentence } from '../../parts/sentence.ts';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { useServices } from '../../services.ts';
import { useRead, type Reading } from '../../stores/use-read.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { environmentDescription, environmentTags } from '../../../src/ledger/actions/environment-metadata.ts';
import type { JsonObject } from '../../../src/base/canonical.ts';
import { Claims } from './claims.tsx';
import { FileList } from './file-list.tsx';
import { LineageGraph } from './lineage-graph.tsx';
import { Readme } from './readme.tsx';
import { usePromotionPolicy } from './promotion-policy.ts';
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
      <About metadata={environment.blue.metadata} />
      <TaskLinks environment={environment} />
      <Recalled environment={environment} />
      <section className="section" aria-labelledby="lineage">
        <h2 id="lineage">
          Lineage <span className="faint">· choose a node to see what changed there</span>
        </h2>
        <ReadingView reading={lineage}>
          {(data) => <LineageGraph envId={environment.env_id} lineage={data} chosen={to.key} />}
        </ReadingView>
      </section>
      <VersionComparison environment={environment} versions={versions} from={from} to={to} />
      {to.stateHash === null ? null : <Readme envId={environment.env_id} version={to} stateHash={to.stateHash} />}
      <EnvironmentFacts environment={environment} />
      {to.stateHash === null ? null : <Claims environment={environment} stateHash={to.stateHash} />}
      {to.stateHash === null ? null : <FileList environment={environment} version={to} stateHash={to.stateHash} />}
    </>
  );
}

/** What its newest version says that it is for. */
function About({ metadata }: { readonly metadata: JsonObject }): ReactElement | null {
  const description = environmentDescription(metadata);
  const tags = environmentTags(metadata);
  if (description === null && tags.length === 0) return null;
  return (
    <div className="about">
      {description === null ? null : <p>{description}</p>}
      {tags.length === 0 ? null : (
        <ul className="row" aria-label="Tags">
          {tags.map((tag) => (
            <li key={tag} className="tag">
              {tag}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

export function useLineage(environment: EnvironmentView): Reading<Lineage> {
  const { reads } = useServices();
  const { env_id, blue, green, checkpoint, archived_at, recalled, rollback } = environment;
  // Its history grows only when its record changes.
  const record = [
    blue.transaction_id,
    green?.transaction_id,
    checkpoint?.transaction_id,
    archived_at,
    recalled?.transaction_id,
    rollback?.transaction_id,
  ];
  const lineage = reads.chain.lineage.queryOptions({ input: { env_id }, queryKey: ['lineage', env_id, ...record] });
  return useRead(lineage, { keep: true });
}

function TaskLinks({
  environment: { env_id, green, archived_at },
}: {
  readonly environment: EnvironmentView;
}): ReactElement | null {
  const isArchived = archived_at !== null;
  const tasks = [
    ...(isArchived ? [] : [['update', 'Update…'] as const]),
    ...(isArchived || green === null ? [] : [['checkpoint', 'Checkpoint…'] as const]),
    ...(isArchived ? [] : [['merge', 'Merge into it…'] as const, ['archive', 'Archive…'] as const]),
    ...(green === null ? [] : [['recall', 'Recall…'] as const]),
  ] as const;
  return (
    <>
      {isArchived ? (
        <p className="notice warn">
          Archived: it cannot be updated or promoted any more.{' '}
          {green === null ? '' : 'What is Green can still be recalled. '}
          Its history stays.
        </p>
      ) : null}
      {tasks.length === 0 ? null : (
        <nav className="row" aria-label="What can be done">
          {tasks.map(([task, title]) => (
            <Link
              key={task}
              className={task === 'recall' ? 'button danger' : 'button'}
              to={['environments', env_id]}
              query={{ do: task }}
            >
              {title}
            </Link>
          ))}
        </nav>
      )}
    </>
  );
}

/** What was taken back from Green, and why: anyone who used it has to learn it here. A rollback is told as well. */
function Recalled({
  environment: { green, recalled, rollback },
}: {
  readonly environment: EnvironmentView;
}): ReactElement | null {
  if (recalled === null && rollback === null) return null;
  return (
    <>
      {recalled === null ? null : (
        <div className={green === null ? 'notice bad' : 'notice'}>
          <b>
            v{recalled.version} is recalled since {formatTime(recalled.recalled_at)}.
          </b>{' '}
          {sentence(recalled.reason)}{' '}
          {recalled.superseded_by === null ? (
            'Nothing was named to use in its place.'
          ) : (
            <>
              Superseded by{' '}
              <Link to={['environments', recalled.superseded_by.env_id]}>
                <Name kind="environment" id={recalled.superseded_by.env_id} /> v{recalled.superseded_by.version}
              </Link>
              .
            </>
          )}{' '}
          Recalled by <b>{recalled.recalled_by}</b>
          {recalled.emergency ? ' alone, as an emergency' : ''};{' '}
          <Link to={['explorer', 'transaction', recalled.transaction_id]}>the transaction</Link>.
        </div>
      )}
      {rollback === null ? null : (
        <p className="notice">
          <b>Rolled back</b> to what it was in{' '}
          <Link to={['explorer', 'block', String(rollback.target_height)]}>
            block {formatCount(rollback.target_height)}
          </Link>
          , <Age time={rollback.at} />, by <b>{rollback.by}</b>;{' '}
          <Link to={['explorer', 'transaction', rollback.transaction_id]}>the transaction</Link>. What was undone stays
          in its history.
        </p>
      )}
    </>
  );
}

function EnvironmentFacts({ environment }: { readonly environment: EnvironmentView }): ReactElement {
  const { env_id, created_at, created_by, blue, green, checkpoint } = environment;
  const promotion = usePromotionPolicy()(env_id);
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
          ['Registered', <By key="created" time={created_at} who={created_by} />],
          ['Promotion', promotion?.sentence ?? UNKNOWN],
          ['Blue since', <By key="updated" time={blue.updated_at} who={blue.updated_by} />],
          ['Note on it', blue.note],
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
        <Link to={['explorer', 'proof', 'green', env_id]}>Proof of whether it is Green</Link>
        <span className="faint">·</span>
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
