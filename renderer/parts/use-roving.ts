import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';

export interface Roving {
  /** The one row that Tab reaches. */
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

interface RovingOptions {
  readonly count: number;
  /** The element that holds the rows; each row has `data-row` with its index. */
  readonly container: RefObject<HTMLElement | null>;
  /** Brings a row into view, so that it exists. */
  readonly reveal?: (index: number) => void;
  readonly pageSize?: number;
  /** Where to begin: the open row, for instance. */
  readonly start?: number;
}

/** Arrows, Page Up and Down, Home and End move the focus through a list; Tab goes past it. */
export function useRoving({ count, container, reveal, pageSize = 10, start = 0 }: RovingOptions): Roving {
  const [active, setActive] = useState(Math.max(0, start));
  const wanted = useRef<number | null>(null);

  // A virtual row appears only after its list has scrolled: look for it after each drawing until it is there.
  useEffect(() => {
    if (wanted.current === null) return;
    const row = container.current?.querySelector<HTMLElement>(`[data-row="${wanted.current}"]`);
    if (row === null || row === undefined) return;
    wanted.current = null;
    row.focus({ preventScroll: reveal !== undefined });
    // The list has scrolled to it; what is around the list may hide it still.
    if (reveal !== undefined) row.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || count === 0) return;
    const next = nextIndex(event.key, active, count, pageSize);
    if (next === undefined) return;
    event.preventDefault();
    wanted.current = next;
    reveal?.(next);
    setActive(next);
  };
  return { active: Math.min(active, Math.max(0, count - 1)), setActive, onKeyDown };
}

/** Where a key leads; undefined for a key that does not move. */
export function nextIndex(key: string, active: number, count: number, pageSize: number): number | undefined {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, active + 1);
    case 'ArrowUp':
      return Math.max(0, active - 1);
    case 'PageDown':
      return Math.min(last, active + pageSize);
    case 'PageUp':
      return Math.max(0, active - pageSize);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
