import type { ReactElement } from 'react';
import { useStore } from 'zustand';

import { Age } from '../../../node-parts/age.tsx';
import { Command } from '../../../node-parts/command.tsx';
import { formatCount } from '../../../parts/format.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useServices } from '../../../services.ts';
import { renew } from '../../../stores/read-cache.ts';
import { useAct } from '../../../stores/use-act.ts';
import { useInspection } from '../../../stores/use-inspection.ts';
import { useNode } from '../../../stores/use-stores.ts';
import { runVerification, stopVerification } from '../../../stores/verification.ts';
import { BackgroundCheck } from './background-check.tsx';
import { BlockCells } from './block-cells.tsx';
import { Damage } from './damage.tsx';
import { Findings } from './findings.tsx';
import { PhaseBars } from './phase-bars.tsx';
import { Reports } from './reports.tsx';
import { Snapshots } from './snapshots.tsx';
import './integrity.css';

/** Whether what is stored is what was written: the check in the background, the full one on demand, and what was found. */
export function Integrity(): ReactElement {
  const { cache } = useServices();
  // Of a file only the check is here: what runs in the background and repairs is a node's.
  if (useInspection() !== null) return <FullCheck />;
  return (
    <>
      <Damage onChange={() => void renew(cache, ['operator', 'integrityReports'])} />
      <FullCheck />
      <BackgroundCheck />
      <div className="two-cards">
        <Reports />
        <Snapshots />
      </div>
    </>
  );
}

/** The button that checks everything from the first block, or stops that. */
export function VerifyButton(): ReactElement {
  const { client, verification } = useServices();
  const { running, result } = useStore(verification);
  const stop = useAct(() => stopVerification(client, verification));
  return (
    <>
      {stop.problem === undefined ? null : <ProblemNotice problem={stop.problem} />}
      {running ? (
        <button type="button" className="button" disabled={stop.busy} onClick={stop.run}>
          Stop
        </button>
      ) : (
        <button type="button" className="button primary" onClick={() => void runVerification(client, verification)}>
          {result === null ? 'Verify the whole chain' : 'Verify again'}
        </button>
      )}
    </>
  );
}

/** Checks the whole chain again: every hash, signature, seal, root and state transition. */
function FullCheck(): ReactElement {
  const { verification } = useServices();
  const { running, phases, result, finishedAt, problem } = useStore(verification);
  const height = useNode((state) => state.height);
  const started = running || result !== null || Object.keys(phases).length > 0;
  return (
    <section className="card stack wide" aria-labelledby="full-check">
      <h2 id="full-check">
        The whole chain, from its first block{' '}
        <span className="faint">· {running ? 'running; you can keep working' : <LastCheck />}</span>
      </h2>
      {problem === null ? null : <ProblemNotice problem={problem} />}
      {result === null ? null : <Findings result={result} finishedAt={finishedAt ?? 0} />}
      <section aria-labelledby="integrity-blocks">
        <h3 id="integrity-blocks">Blocks</h3>
        <BlockCells progress={phases.blocks} findings={result?.findings ?? []} height={result?.height ?? height ?? 0} />
      </section>
      <section aria-labelledby="integrity-phases">
        <h3 id="integrity-phases">What is checked</h3>
        <PhaseBars phases={phases} running={running} result={result} />
      </section>
      {started ? null : (
        <p className="soft">
          Nothing is shown as verified before it was checked. The command that does the same:{' '}
          <Command of={{ command: ['blockchain', 'verify'], options: { 'integrity-check': true } }} />
        </p>
      )}
    </section>
  );
}

/** When the chain was last checked in full: here and now, or as the node remembers. */
export function LastCheck(): ReactElement {
  const { verification } = useServices();
  const { result, finishedAt } = useStore(verification);
  const remembered = useNode((state) => state.status?.verified ?? null);
  const last =
    result !== null && finishedAt !== null ? { height: result.height, time: finishedAt, ok: result.ok } : remembered;
  if (last === null) return <>never checked in full on this machine</>;
  return (
    <>
      last full check <Age time={last.time} />, up to block {formatCount(last.height)}:{' '}
      {last.ok ? 'nothing wrong was found' : 'damage was found'}
    </>
  );
}
