import { useState } from 'react';

export interface PinnedCount {
  /** How many rows to show. It grows by itself only while nobody reads further down. */
  readonly count: number;
  /** Rows that came since, and are not shown yet. */
  readonly fresh: number;
  readonly noteAtTop: (atTop: boolean) => void;
  readonly noteFocus: (inside: boolean) => void;
  readonly showFresh: () => void;
  /** Changes when the list should go back to its upper end. */
  readonly topKey: number;
}

/** Holds a growing list still while a person reads in it: nothing moves under the eyes or the pointer. */
export function usePinnedCount(total: number, reading: boolean): PinnedCount {
  const [pinned, setPinned] = useState(total);
  const [atTop, noteAtTop] = useState(true);
  const [focused, noteFocus] = useState(false);
  const [topKey, setTopKey] = useState(0);
  const held = !atTop || focused || reading;
  const count = held ? Math.min(pinned, total) : total;
  if (!held && pinned !== total) setPinned(total);
  return {
    count,
    fresh: total - count,
    noteAtTop,
    noteFocus,
    showFresh: () => {
      setPinned(total);
      setTopKey((key) => key + 1);
    },
    topKey,
  };
}
