import type { ReactElement } from 'react';

import type { ScrubAreaView, ScrubCell } from '../../../../src/api/operator/integrity.ts';
import { formatCount, formatQuantity } from '../../../parts/format.ts';

const CLASSES: Readonly<Record<ScrubCell['state'], string>> = {
  verified: 'verified',
  earlier: 'earlier',
  checking: 'doing',
  waiting: 'todo',
  bad: 'damaged',
};

const WORDS: Readonly<Record<ScrubCell['state'], string>> = {
  verified: 'verified',
  earlier: 'verified in the pass before',
  checking: 'in progress',
  waiting: 'not checked yet',
  bad: 'damaged',
};

const IN_ORDER = ['verified', 'earlier', 'checking', 'waiting', 'bad'] as const;

/** An area as cells, in the order of what is stored. What the picture says is also its text. */
export function AreaCells({ area: { cells, unit } }: { readonly area: ScrubAreaView }): ReactElement {
  if (cells.length === 0) return <p className="faint">Nothing is stored here yet.</p>;
  return (
    <div className="cells" role="img" aria-label={cellsText(cells)}>
      {cells.map(({ from, to, state }) => (
        <i
          key={from}
          className={CLASSES[state]}
          title={`${unit} ${formatCount(from)}${to === from ? '' : ` to ${formatCount(to)}`}: ${WORDS[state]}`}
        />
      ))}
    </div>
  );
}

/** `170 of 180 cells verified, 5 in progress, 5 not checked yet`. */
export function cellsText(cells: readonly ScrubCell[]): string {
  const parts = IN_ORDER.flatMap((state) => {
    const number = cells.filter((cell) => cell.state === state).length;
    return number === 0 ? [] : [`${formatCount(number)} ${WORDS[state]}`];
  });
  return `Of ${formatQuantity(cells.length, 'cell')}: ${parts.join(', ')}`;
}

/** What the cells mean, each by a word. */
export function CellsKey({ area }: { readonly area: ScrubAreaView | undefined }): ReactElement {
  const first = area?.cells[0];
  return (
    <p className="faint cells-key">
      {first === undefined || area === undefined
        ? ''
        : `each cell ${formatQuantity(first.to - first.from + 1, area.unit)} · `}
      <i className="verified" /> verified <i className="earlier" /> verified in the pass before <i className="doing" />{' '}
      in progress <i className="damaged" /> damaged <i className="todo" /> to do
    </p>
  );
}
