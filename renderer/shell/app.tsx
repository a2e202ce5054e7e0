import type { ReactElement } from 'react';

import { FirstRun } from '../first-run/first-run.tsx';
import { HostProblem } from '../first-run/host-problem.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useServices } from '../services.ts';
import { readHost } from '../stores/follow-node.ts';
import { useConnection, useNode } from '../stores/use-stores.ts';
import { ConnectionNotice } from './connection-notice.tsx';
import { Refused } from './refused.tsx';
import { Shell } from './shell.tsx';

/** Which of the console's faces is shown: the shell, the first run, or why there is neither. */
export function App(): ReactElement {
  const { client, node } = useServices();
  const refusal = useConnection((state) => state.refusal);
  const host = useNode((state) => state.host);
  const problem = useNode((state) => state.hostProblem);
  if (refusal !== null) return <Refused refusal={refusal} />;
  if (host === null) {
    return (
      <main className="centred">
        {problem === null ? (
          <Skeleton lines={3} />
        ) : (
          <ProblemNotice problem={problem} onRetry={() => void readHost(client, node)} />
        )}
        <ConnectionNotice />
      </main>
    );
  }
  return (
    <>
      {host.chain !== null ? (
        <Shell />
      ) : host.problem !== null ? (
        <HostProblem host={host} problem={host.problem} />
      ) : (
        <FirstRun host={host} />
      )}
      <ConnectionNotice />
    </>
  );
}
