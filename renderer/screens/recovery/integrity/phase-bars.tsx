import type { ReactElement } from 'react';

import { formatCount } from '../../../parts/format.ts';
import type { PhaseProgress, Verification, VerifyPhase, VerifyResult } from '../../../stores/verification.ts';

const PHASES: readonly { readonly phase: VerifyPhase; readonly title: string; readonly text: string }[] = [
  { phase: 'storage', title: 'Storage', text: 'the database itself' },
  { phase: 'blocks', title: 'Blocks', text: 'every hash, signature, seal and state transition' },
  { phase: 'state', title: 'State', text: 'every page of the state tree' },
  { phase: 'index', title: 'Index', text: 'the search index, against the chain' },
  { phase: 'blobs', title: 'Files', text: 'the content of every stored file' },
];

interface Props {
  readonly phases: Verification['phases'];
  readonly running: boolean;
  readonly result: VerifyResult | null;
}

export function PhaseBars({ phases, running, result }: Props): ReactElement {
  return (
    <ul className="phases">
      {PHASES.map(({ phase, title, text }) => {
        const progress = phases[phase] ?? countedIn(result, phase);
        return (
          <li key={phase}>
            <b>{title}</b>
            <span className="soft">{text}</span>
            <progress aria-label={title} value={progress?.done ?? 0} max={Math.max(1, progress?.total ?? 1)} />
            <span className="soft number">
              {progress !== undefined
                ? `${formatCount(progress.done)} of ${formatCount(progress.total)}`
                : running
                  ? 'waits'
                  : 'not checked'}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** A phase that was over before it could report: what the result says of it. */
function countedIn(result: VerifyResult | null, phase: VerifyPhase): PhaseProgress | undefined {
  if (result === null) return undefined;
  const counts = {
    storage: 1,
    blocks: result.blocks,
    state: result.state_pages,
    index: result.blocks,
    blobs: result.blobs,
  };
  return { done: counts[phase], total: counts[phase] };
}
