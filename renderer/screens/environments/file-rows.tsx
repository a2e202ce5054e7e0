import type { ReactElement, ReactNode } from 'react';

import { VirtualList, type RowProps } from '../../parts/virtual-list.tsx';

const ROW_HEIGHT = 30;
const ROWS_SHOWN_MAX = 14;

interface Props {
  readonly label: string;
  readonly count: number;
  readonly keyOf: (index: number) => string;
  readonly renderRow: (index: number, row: RowProps) => ReactNode;
}

/** Rows of files: as high as they are few, and of any number only some in sight. */
export function FileRows({ count, ...list }: Props): ReactElement {
  return (
    <div className="files-list" style={{ height: Math.min(count, ROWS_SHOWN_MAX) * ROW_HEIGHT + 2 }}>
      <VirtualList count={count} rowHeight={ROW_HEIGHT} {...list} />
    </div>
  );
}
