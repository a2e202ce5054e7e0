import type { ReactElement } from 'react';

import type { HostInfo } from '../../src/api/operator/host.ts';
import type { Problem } from '../bridge/problem.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { noteHost } from '../stores/follow-node.ts';
import { useAct } from '../stores/use-act.ts';
import { OpenChainForm } from './open-chain-form.tsx';
import { UnlockForm } from './unlock-form.tsx';

/** A chain is there but is not open: why, and what to do. */
export function HostProblem({ host, problem }: { readonly host: HostInfo; readonly problem: Problem }): ReactElement {
  const { client, node } = useServices();
  const open = useAct(async () => noteHost(node, await client.operator.openChain({ path: host.data_dir })));
  const locked = problem.code === 'PASSPHRASE_REQUIRED' || problem.code === 'PASSPHRASE_WRONG';
  return (
    <main className="centred">
      <div className="first-run">
        <header>
          <h1>{locked ? 'The keys are locked' : 'The chain is not open'}</h1>
          <p className="soft">
            Its data is in <code className="mono">{host.data_dir}</code>
          </p>
        </header>
        {locked ? (
          <UnlockForm />
        ) : (
          <>
            <ProblemNotice problem={open.problem ?? problem} onRetry={open.run} />
            <details>
              <summary>Open another chain instead</summary>
              <OpenChainForm host={host} />
            </details>
          </>
        )}
      </div>
    </main>
  );
}
