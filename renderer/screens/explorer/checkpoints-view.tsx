import type { ReactElement, ReactNode } from 'react';

import type { CheckpointKeyView, CheckpointView } from '../../../src/api/chain/checkpoints.ts';
import { Age } from '../../node-parts/age.tsx';
import { Command } from '../../node-parts/command.tsx';
import { Empty } from '../../node-parts/empty.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { downloadText } from '../../parts/download.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatCount, formatQuantity } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { useServices } from '../../services.ts';
import { useAct } from '../../stores/use-act.ts';
import { useInspection } from '../../stores/use-inspection.ts';
import { useRead } from '../../stores/use-read.ts';
import { useNode } from '../../stores/use-stores.ts';

/** The log as others know it: what was signed of it, who has seen that, and with which keys it is checked. */
export function CheckpointsView({ back }: { readonly back: ReactNode }): ReactElement {
  const { reads } = useServices();
  const checkpoint = useNode((state) => state.status?.checkpoint);
  const keys = useRead(reads.chain.checkpointKeys.queryOptions());
  return (
    <>
      <header>
        {back}
        <h2>Checkpoints</h2>
      </header>
      <div className="pane-body stack">
        {checkpoint === undefined ? (
          <Skeleton />
        ) : checkpoint === null ? (
          <Empty title="The chain names no key that signs checkpoints">
            A checkpoint says in a few lines how long the log is and what its root is, in a form that witnesses and
            programs of others read. To make a key for it on the machine of a validator, and then to propose it:{' '}
            <Command of={{ command: ['checkpoint', 'key', 'create'] }} />
          </Empty>
        ) : (
          <Newest checkpoint={checkpoint} />
        )}
        <ReadingView reading={keys}>{({ keys: all }) => (all.length === 0 ? null : <Keys keys={all} />)}</ReadingView>
      </div>
    </>
  );
}

function Newest({ checkpoint }: { readonly checkpoint: CheckpointView }): ReactElement {
  const { client } = useServices();
  const isFile = useInspection() !== null;
  const { origin, size, root, signed_at, problem, witnesses, witnessed_size } = checkpoint;
  const publish = useAct(async () => void (await client.operator.publishCheckpoint()));
  const save = useAct(async () => {
    const { note, size: signed } = await client.chain.checkpoint({ which: 'newest' });
    downloadText(`checkpoint-${signed}.txt`, note, 'text/plain');
  });
  const failed = publish.problem ?? save.problem;
  return (
    <>
      {problem === null ? null : (
        <p className="notice warn" role="status">
          <b>The newest log is not signed here.</b> {problem}
        </p>
      )}
      <Facts
        rows={[
          [
            'Log',
            <span key="origin" className="mono">
              {origin}
            </span>,
          ],
          ['Signed', size === null ? 'never here' : formatQuantity(size, 'transaction')],
          ['Root', root === null ? null : <Hash key="root" value={root} what="root of the log" />],
          ['When', signed_at === null ? null : <Age key="when" time={signed_at} />],
          [
            'Witnessed',
            witnesses.length === 0
              ? 'no witness is named'
              : witnessed_size === null
                ? 'not by enough witnesses yet'
                : formatQuantity(witnessed_size, 'transaction'),
          ],
        ]}
      />
      {isFile ? null : (
        <div className="row">
          <button type="button" className="button primary" disabled={publish.busy} onClick={publish.run}>
            {witnesses.length === 0 ? 'Sign the newest log' : 'Sign it and show it to the witnesses'}
          </button>
          <button type="button" className="button" disabled={save.busy} onClick={save.run}>
            Save the newest checkpoint
          </button>
        </div>
      )}
      {failed === undefined ? null : <ProblemNotice problem={failed} />}
      {witnesses.length === 0 ? (
        <p className="faint">
          A witness signs that it has seen no other log of this name. Name some:{' '}
          <Command of={{ command: ['checkpoint', 'witnesses'], options: { policy: 'FILE' } }} />
        </p>
      ) : (
        <div className="scroll-x">
          <table className="table">
            <caption className="visually-hidden">Witnesses</caption>
            <thead>
              <tr>
                <th>Witness</th>
                <th className="number">Has seen</th>
                <th>When</th>
                <th>Problem</th>
              </tr>
            </thead>
            <tbody>
              {witnesses.map((witness) => (
                <tr key={witness.name}>
                  <td>{witness.name}</td>
                  <td className="number">{witness.size === null ? '–' : formatCount(witness.size)}</td>
                  <td>{witness.cosigned_at === null ? '–' : <Age time={witness.cosigned_at} />}</td>
                  <td>{witness.problem ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Keys({ keys }: { readonly keys: readonly CheckpointKeyView[] }): ReactElement {
  return (
    <section className="section" aria-labelledby="checkpoint-keys">
      <h2 id="checkpoint-keys">Keys that sign it</h2>
      <p className="soft">Witnesses and readers are given the key in this form.</p>
      <ul className="checkpoint-keys">
        {keys.map(({ public_key, verifier_key, status, from_size, until_size }) => (
          <li key={public_key} className="stack">
            <span className="mono">{verifier_key}</span>
            <span className="row">
              <span className={`tag ${status === 'active' ? 'green' : ''}`}>{status}</span>
              <span className="soft grow">
                logs from {formatQuantity(from_size, 'transaction')} on
                {until_size === null ? '' : `, and of fewer than ${formatCount(until_size)}`}
              </span>
              <CopyButton text={verifier_key} title="Copy" />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
