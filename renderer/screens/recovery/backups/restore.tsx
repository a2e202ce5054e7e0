import { useState, type ReactElement } from 'react';

import type { BackupSource, RestorePlan } from '../../../../src/api/operator/backups.ts';
import { DeedNotice } from '../../../directory/deed-notice.tsx';
import { DirectoryBrowser } from '../../../directory/directory-browser.tsx';
import { useDeed, type Deed } from '../../../directory/use-deed.ts';
import { Command } from '../../../node-parts/command.tsx';
import { JobProgress } from '../../../node-parts/job-progress.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { formatBytes, formatCount, formatDuration, formatQuantity, formatTime } from '../../../parts/format.ts';
import { Hash } from '../../../parts/hash.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { sentence } from '../../../parts/sentence.ts';
import { useServices } from '../../../services.ts';
import { useJob } from '../../../stores/use-job.ts';
import { useRead } from '../../../stores/use-read.ts';
import { useLocation } from '../../../stores/use-stores.ts';
import { TaskCard } from './task-card.tsx';
import { ActButton } from '../../../parts/act-button.tsx';

/** From what would be restored, by way of the confirmation, to how it ended. */
export function Restore({ onChange }: { readonly onChange: () => void }): ReactElement {
  const { query } = useLocation();
  const [paths, setPaths] = useState<readonly string[]>([]);
  const [folder, setFolder] = useState('');
  const source = sourceOf(query, paths);
  return (
    <TaskCard id="restore" title="Restore a backup">
      {query.get('destination') !== null ? null : (
        <section className="stack" aria-label="Files">
          <p className="soft">
            Choose the full backup, then each incremental one that continues it.{' '}
            {paths.length === 0 ? '' : `Chosen: ${paths.join(', ')}`}
          </p>
          <DirectoryBrowser
            path={folder}
            onPath={setFolder}
            file={paths.at(-1) ?? ''}
            onFile={(path) => setPaths(paths.includes(path) ? paths.filter((each) => each !== path) : [...paths, path])}
          />
        </section>
      )}
      <Running source={source} onChange={onChange} />
    </TaskCard>
  );
}

function sourceOf(query: URLSearchParams, paths: readonly string[]): BackupSource | null {
  const from = query.get('destination');
  const backup = query.get('backup');
  if (from !== null && backup !== null) return { from: 'destination', destination_id: from, backup } as BackupSource;
  return paths.length === 0 ? null : { from: 'files', paths: [...paths] };
}

function Running({
  source,
  onChange,
}: {
  readonly source: BackupSource | null;
  readonly onChange: () => void;
}): ReactElement {
  const { reads } = useServices();
  const deed = useDeed(onChange);
  const restore = useJob(
    'restore',
    // It begins when it is confirmed, and is found among the jobs.
    (client, { job_id }) => (job_id === undefined ? null : client.operator.followRestore({ job_id })),
    onChange,
  );
  const { running, done, problem } = restore;
  const plan = useRead(source === null ? null : reads.operator.restorePlan.queryOptions({ input: source }));
  if (running !== null) return <JobProgress job={running} />;
  if (done !== null)
    return (
      <div className={`notice ${done.problem === null ? 'good' : 'warn'}`} role="status">
        <b>Restored up to block {formatCount(done.height)}</b>, in {formatDuration(done.duration_ms)}.{' '}
        {done.set_aside === null ? '' : `What was here before is kept in ${done.set_aside}. `}
        {done.problem === null ? '' : `${sentence(done.problem.message)} ${done.problem.advice} `}
        {done.missing_keys.length === 0
          ? ''
          : `Not on this machine: the keys of ${done.missing_keys.map(({ of }) => of).join(', ')}.`}
      </div>
    );
  return (
    <>
      {problem === undefined ? null : <ProblemNotice problem={problem} />}
      {source === null ? null : plan.problem?.code === 'BACKUP_KEY_REQUIRED' ? (
        <>
          <p className="notice warn">
            <b>It is encrypted:</b> what it would restore is not known before it is opened. Its passphrase is asked for
            where you confirm it, or an identity of one of its recipients.
          </p>
          <AskRestore deed={deed} source={source} isRefused={false} />
        </>
      ) : (
        <ReadingView reading={plan}>
          {(data) => (
            <>
              <Plan plan={data} />
              <AskRestore deed={deed} source={source} isRefused={data.problem !== null} />
            </>
          )}
        </ReadingView>
      )}
    </>
  );
}

function AskRestore({
  deed,
  source,
  isRefused,
}: {
  readonly deed: Deed;
  readonly source: BackupSource;
  readonly isRefused: boolean;
}): ReactElement {
  return (
    <>
      <div className="row">
        <ActButton
          className="button danger"
          missing={isRefused ? 'It cannot be restored: see above.' : null}
          busy={deed.waiting !== null}
          onClick={() => deed.ask({ deed: 'restore_backup', source })}
        >
          Restore…
        </ActButton>
        <span className="faint grow">
          You confirm it in a window that this page cannot reach. Everything is verified before anything is put in
          place.
        </span>
      </div>
      <DeedNotice deed={deed} />
    </>
  );
}

function Plan({ plan }: { readonly plan: RestorePlan }): ReactElement {
  const { backups, blocks_lost, needs_acceptance, missing_keys, problem, present_height, is_encrypted } = plan;
  const first = backups[0];
  return (
    <>
      <Facts
        rows={[
          ['Chain', plan.chain_id],
          ['Genesis', <Hash key="genesis" value={plan.genesis} what="genesis" />],
          [
            'Backups',
            `${formatQuantity(backups.length, 'file')}, ${formatBytes(plan.size_bytes)}${first === undefined ? '' : `, the first made ${formatTime(first.created_at)}`}${plan.has_content ? '' : ', without the files of environments'}`,
          ],
          ['Would end at', `block ${formatCount(plan.height)}`],
          [
            'Open here now',
            present_height === null ? 'no chain that can be read' : `up to block ${formatCount(present_height)}`,
          ],
        ]}
      />
      {problem === null ? null : <ProblemNotice problem={problem} />}
      {is_encrypted ? (
        <p className="notice">
          <b>It is encrypted.</b> An identity of one of its recipients is asked for where you confirm it. Until it is
          opened, all of this is what its signed cards say; the restore checks that they say the truth.
        </p>
      ) : null}
      {blocks_lost === 0 ? null : (
        <p className="notice bad">
          <b>
            {formatQuantity(blocks_lost, 'block')} of the present chain {blocks_lost === 1 ? 'is' : 'are'} not in it.
          </b>{' '}
          The present chain is kept beside, whole.
        </p>
      )}
      {needs_acceptance ? (
        <p className="notice warn">
          <b>It goes back behind what this machine has seen.</b> Nothing is sealed on it until an administrator accepts
          that: <Command of={{ command: ['blockchain', 'accept-history'] }} />
        </p>
      ) : null}
      {missing_keys.length === 0 ? null : (
        <p className="notice warn">
          <b>Keys that are not on this machine:</b> {missing_keys.map(({ of }) => of).join(', ')}. Import them, or it
          can be read and not sealed on.
        </p>
      )}
    </>
  );
}
