import type { VerifyFinding } from '../../../../src/api/operator/integrity.ts';
import type { PhaseProgress } from '../../../stores/verification.ts';

export type CellState = 'todo' | 'doing' | 'verified' | 'damaged';

export interface Cells {
  readonly states: readonly CellState[];
  readonly blocksPerCell: number;
}

const CELLS_MAX = 180;

/** The chain as cells, each for the same number of blocks. A cell is verified only when all its blocks were. */
export function cellsOf({
  progress,
  findings,
  height,
}: {
  readonly progress: PhaseProgress | undefined;
  readonly findings: readonly VerifyFinding[];
  readonly height: number;
}): Cells {
  const blockCount = height + 1;
  const blocksPerCell = Math.max(1, Math.ceil(blockCount / CELLS_MAX));
  const count = Math.ceil(blockCount / blocksPerCell);
  const done =
    progress === undefined || progress.total === 0 ? 0 : Math.floor((progress.done / progress.total) * blockCount);
  const damaged = new Set(findings.flatMap(({ place }) => cellOfPlace(place, blocksPerCell)));
  return {
    blocksPerCell,
    states: Array.from({ length: count }, (_, cell) => {
      if (damaged.has(cell)) return 'damaged';
      const last = Math.min(blockCount, (cell + 1) * blocksPerCell);
      if (done >= last) return 'verified';
      return progress !== undefined && done >= cell * blocksPerCell ? 'doing' : 'todo';
    }),
  };
}

function cellOfPlace(place: string, blocksPerCell: number): readonly number[] {
  const block = /^block (\d+)/.exec(place)?.[1];
  return block === undefined ? [] : [Math.floor(Number(block) / blocksPerCell)];
}
