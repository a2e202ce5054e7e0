import type { ReactElement } from 'react';

import { Age } from '../../../node-parts/age.tsx';
import { Command } from '../../../node-parts/command.tsx';
import { JobProgress } from '../../../node-parts/job-progress.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { formatBytes, formatCount } from '../../../parts/format.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useServices } from '../../../services.ts';
import { useJob } from '../../../stores/use-job.ts';
import { useRead } from '../../../stores/use-read.ts';

/** The state at heights, in files: a repair starts from one instead of from the first block. */
export function Snapshots(): ReactElement {
  const { client, reads } = useServices();
  const reading = useRead(reads.operator.snapshots.queryOptions());
  const taking = useJob('snapshot', (_, job) => client.operator.takeSnapshot(job), reading.reload);
  return (
    <section className="card stack" aria-labelledby="snapshots">
      <div className="row">
        <h2 id="snapshots" className="grow">
          Snapshots of the state
        </h2>
        <button type="button" className="button" disabled={taking.running !== null} onClick={() => taking.start()}>
          Take a snapshot
        </button>
      </div>
      {taking.running === null ? null : <JobProgress job={taking.running} />}
      {taking.problem === undefined ? null : <ProblemNotice problem={taking.problem} />}
      <ReadingView reading={reading}>
        {({ snapshots }) =>
          snapshots.length === 0 ? (
            <p className="soft">
              None is kept. With one, a repair of the state starts there instead of executing every block. In a
              terminal: <Command of={{ command: ['blockchain', 'snapshot'] }} />
            </p>
          ) : (
            <table className="table">
              <thead>
                <tr>
                  <th>At block</th>
                  <th>Taken</th>
                  <th className="number">Size</th>
                </tr>
              </thead>
              <tbody>
                {snapshots.map(({ name, height, taken_at, size_bytes }) => (
                  <tr key={name}>
                    <td title={name}>{formatCount(height)}</td>
                    <td>
                      <Age time={taken_at} />
                    </td>
                    <td className="number">{formatBytes(size_bytes)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </ReadingView>
    </section>
  );
}
