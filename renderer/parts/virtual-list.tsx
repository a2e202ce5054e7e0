import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, type ReactElement, type ReactNode } from 'react';

import { useRoving } from './use-roving.ts';

/** What a row puts on its link, so that the keyboard finds it. */
export interface RowProps {
  readonly 'data-row': number;
  readonly tabIndex: number;
  readonly onFocus: () => void;
}

interface Props {
  readonly label: string;
  readonly count: number;
  readonly rowHeight: number;
  readonly keyOf: (index: number) => string;
  readonly renderRow: (index: number, row: RowProps) => ReactNode;
  /** The row that is open; brought into view when it changes. −1 for none. */
  readonly current?: number;
  /** Called when the end comes near: read more. */
  readonly onNearEnd?: (() => void) | undefined;
}

const OVERSCAN = 10;

/** A list of any length of which only the rows in sight exist; arrows move through it. */
export function VirtualList({
  label,
  count,
  rowHeight,
  keyOf,
  renderRow,
  current = -1,
  onNearEnd,
}: Props): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const active = useRef(0);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    getItemKey: keyOf,
    // The row that Tab reaches always exists, however far it is scrolled away.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), Math.min(active.current, count - 1)])].sort((a, b) => a - b),
  });
  const reveal = useCallback((index: number) => virtualizer.scrollToIndex(index), [virtualizer]);
  const roving = useRoving({ count, container: scroller, reveal, start: Math.max(0, current) });
  const { setActive } = roving;
  active.current = roving.active;
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const nearEnd = count > 0 && last >= count - OVERSCAN;

  useEffect(() => {
    if (current < 0) return;
    setActive(current);
    virtualizer.scrollToIndex(current, { align: 'auto' });
  }, [current, setActive, virtualizer]);
  useEffect(() => {
    if (nearEnd) onNearEnd?.();
  }, [nearEnd, count, onNearEnd]);

  return (
    <div className="list" ref={scroller}>
      {/* The list only listens for the arrow keys of its links. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ol aria-label={label} style={{ height: virtualizer.getTotalSize() }} onKeyDown={roving.onKeyDown}>
        {items.map(({ key, index, start }) => (
          <li
            key={key}
            aria-posinset={index + 1}
            aria-setsize={count}
            style={{ height: rowHeight, transform: `translateY(${start}px)` }}
          >
            {renderRow(index, {
              'data-row': index,
              tabIndex: index === roving.active ? 0 : -1,
              onFocus: () => setActive(index),
            })}
          </li>
        ))}
      </ol>
    </div>
  );
}
