import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';

import { afterScroll, scrollAt, scrollHeightOf, type TallScroll } from './tall-scroll.ts';
import { useRoving } from './use-roving.ts';
import type { RowProps } from './virtual-list.tsx';

interface Props {
  readonly label: string;
  readonly count: number;
  readonly rowHeight: number;
  readonly renderRow: (index: number, row: RowProps) => ReactNode;
  /** Told which rows are in sight or close to it, and whether the list is at its upper end. */
  readonly onRange: (first: number, last: number, atTop: boolean) => void;
  /** Told when the focus comes into the list and leaves it. */
  readonly onFocusWithin?: (inside: boolean) => void;
  /** The row that is open; brought into view when it changes. */
  readonly current?: number | undefined;
  /** Goes back to the upper end when this changes. */
  readonly topKey: number | string;
}

const OVERSCAN = 8;
/** Once the scrolling rests, the scroll bar is put where it belongs. */
const REST_MS = 150;

/** A list of millions of rows: only those in sight exist, and any place is reached at once. */
export function TallList({
  label,
  count,
  rowHeight,
  renderRow,
  onRange,
  onFocusWithin,
  current,
  topKey,
}: Props): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState<TallScroll>({ offset: 0, scrollTop: 0 });
  const [viewHeight, setViewHeight] = useState(0);
  const size = { contentHeight: count * rowHeight, viewHeight };
  const first = Math.max(0, Math.floor(scroll.offset / rowHeight));
  const last = Math.min(count - 1, Math.ceil((scroll.offset + viewHeight) / rowHeight));
  const from = Math.max(0, first - OVERSCAN);
  const to = Math.min(count - 1, last + OVERSCAN);
  const atTop = scroll.offset === 0;

  const show = (next: TallScroll): void => {
    const element = scroller.current;
    if (element !== null && element.scrollTop !== next.scrollTop) element.scrollTop = next.scrollTop;
    setScroll(next);
  };
  const reveal = (index: number): void => {
    const top = index * rowHeight;
    if (top < scroll.offset) show(scrollAt(top, size));
    else if (top + rowHeight > scroll.offset + viewHeight) show(scrollAt(top + rowHeight - viewHeight, size));
  };
  const pageSize = Math.max(1, Math.floor(viewHeight / rowHeight) - 1);
  const { active, setActive, onKeyDown } = useRoving({ count, container: scroller, reveal, pageSize });
  const tell = useEffectEvent(onRange);
  const goToTop = useEffectEvent(() => {
    show(scrollAt(0, size));
    setActive(0);
  });
  const showCurrent = useEffectEvent((index: number) => {
    const top = index * rowHeight;
    setActive(index);
    if (top >= scroll.offset && top + rowHeight <= scroll.offset + viewHeight) return;
    show(scrollAt(top - (viewHeight - rowHeight) / 2, size));
  });
  const measured = viewHeight > 0;
  const settle = useEffectEvent(() => {
    const settled = scrollAt(scroll.offset, size);
    if (Math.abs(settled.scrollTop - scroll.scrollTop) >= 1) show(settled);
  });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setViewHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => goToTop(), [topKey]);
  useEffect(() => {
    if (measured && current !== undefined) showCurrent(current);
  }, [measured, current]);
  useEffect(() => {
    const timer = setTimeout(() => settle(), REST_MS);
    return () => clearTimeout(timer);
  }, [scroll]);
  useEffect(() => {
    if (viewHeight > 0) tell(from, to, atTop);
  }, [from, to, viewHeight, count, atTop]);

  /** The active row exists always, so that Tab finds it; out of sight it waits just outside. */
  const placeOf = (index: number): number => {
    const place = scroll.scrollTop + index * rowHeight - scroll.offset;
    return Math.max(-rowHeight, Math.min(place, scrollHeightOf(size.contentHeight)));
  };
  return (
    <div
      className="list tall"
      ref={scroller}
      onScroll={(event) => show(afterScroll(scroll, event.currentTarget.scrollTop, size))}
      onFocus={() => onFocusWithin?.(true)}
      onBlur={() => onFocusWithin?.(false)}
    >
      {/* The list only listens for the arrow keys of its links. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ol aria-label={label} style={{ height: scrollHeightOf(size.contentHeight) }} onKeyDown={onKeyDown}>
        {rowsToDraw(from, to, count, active).map((index) => (
          <li
            key={index}
            aria-posinset={index + 1}
            aria-setsize={count}
            style={{ height: rowHeight, transform: `translateY(${placeOf(index)}px)` }}
          >
            {renderRow(index, {
              'data-row': index,
              tabIndex: index === active ? 0 : -1,
              onFocus: () => setActive(index),
            })}
          </li>
        ))}
      </ol>
    </div>
  );
}

function rowsToDraw(from: number, to: number, count: number, active: number): readonly number[] {
  const rows = Array.from({ length: Math.max(0, to - from + 1) }, (_, offset) => from + offset);
  return active >= count || (active >= from && active <= to) ? rows : [...rows, active];
}
