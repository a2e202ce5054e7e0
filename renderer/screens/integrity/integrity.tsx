import type { ReactElement } from 'react';
import { useStore } from 'zustand';

import { Age } from '../../node-parts/age.tsx';
import { formatCount } from '../../parts/format.ts';
import { Heading } from '../../node-parts/heading.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useServices } from '../../services.ts';
import { useNode } from '../../stores/use-stores.ts';
import { useAct } from '../../stores/use-act.ts';
import { runVerification, stopVerification } from '../../stores/verification.ts';
import { BlockCells } from './block-cells.tsx';
import { Findings } from './findings.tsx';
import { PhaseBars } from './phase-bars.tsx';
import './integrity.css';
import { Command } from '../../node-parts/command.tsx';

/** Checks the whole chain again: every hash, signature, seal, root and state transition. */
export function Integrity(): ReactElement {
  const { client, verification } = useServices();
  const { running, phases, result, finishedAt, problem } = useStore(verification);
  const stop = useAct(() => stopVerification(client, verification));
  const height = useNode((state) => state.height);
  const started = running || result !== null || Object.keys(phases).length > 0;
  return (
    <>
      <Heading
        title="Integrity"
        actions={
          running ? (
            <button type="button" className="button" disabled={stop.busy} onClick={stop.run}>
              Stop
            </button>
          ) : (
            <button type="button" className="button primary" onClick={() => void runVerification(client, verification)}>
              {result === null ? 'Verify the whole chain' : 'Verify again'}
            </button>
          )
        }
      >
        {running ? 'running; you can keep working' : <LastCheck />}
      </Heading>
      {problem === null ? null : <ProblemNotice problem={problem} />}
      {stop.problem === undefined ? null : <ProblemNotice problem={stop.problem} />}
      {result === null ? null : <Findings result={result} finishedAt={finishedAt ?? 0} />}
      <div className="card stack wide">
        <section aria-labelledby="integrity-blocks">
          <h2 id="integrity-blocks">Blocks</h2>
          <BlockCells
            progress={phases.blocks}
            findings={result?.findings ?? []}
            height={result?.height ?? height ?? 0}
          />
        </section>
        <section aria-labelledby="integrity-phases">
          <h2 id="integrity-phases">What is checked</h2>
          <PhaseBars phases={phases} running={running} result={result} />
        </section>
        {started ? null : (
          <p className="soft">
            Nothing is shown as verified before it was checked. The command that does the same:{' '}
            <Command of={{ command: ['blockchain', 'verify'], options: { 'integrity-check': true } }} />
          </p>
        )}
      </div>
    </>
  );
}

/** When the chain was last checked in full: here and now, or as the node remembers. */
function LastCheck(): ReactElement {
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
