import type { ReactElement } from 'react';

import type { VerifyFinding } from '../../../../src/api/operator/integrity.ts';
import { formatCount, formatQuantity } from '../../../parts/format.ts';
import type { PhaseProgress } from '../../../stores/verification.ts';
import { cellsOf } from './cells.ts';

interface Props {
  readonly progress: PhaseProgress | undefined;
  readonly findings: readonly VerifyFinding[];
  readonly height: number;
}

export function BlockCells({ progress, findings, height }: Props): ReactElement {
  const { states, blocksPerCell } = cellsOf({ progress, findings, height });
  const verified = states.filter((state) => state === 'verified').length;
  const damaged = states.filter((state) => state === 'damaged').length;
  const words = `${formatCount(verified)} of ${formatQuantity(states.length, 'cell')} verified${damaged === 0 ? '' : `, ${formatCount(damaged)} damaged`}`;
  return (
    <>
      <div className="cells" role="img" aria-label={words}>
        {states.map((state, cell) => (
          // A cell is its place in the chain.
          <i
            key={cell}
            className={state}
            title={`blocks ${formatCount(cell * blocksPerCell)} to ${formatCount(Math.min(height, (cell + 1) * blocksPerCell - 1))}: ${WORDS[state]}`}
          />
        ))}
      </div>
      <p className="faint cells-key">
        each cell {formatQuantity(blocksPerCell, 'block')} · <i className="verified" /> verified <i className="doing" />{' '}
        in progress <i className="damaged" /> damaged <i className="todo" /> not checked
      </p>
    </>
  );
}

const WORDS = { todo: 'not checked', doing: 'in progress', verified: 'verified', damaged: 'damaged' } as const;
