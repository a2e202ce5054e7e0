import type { ReactElement } from 'react';

import { formatCount } from '../../parts/format.ts';
import { useWaiting } from '../../stores/use-waiting.ts';

/** How many proposals wait for the acting identity; nothing where none does. */
export function WaitingBadge(): ReactElement | null {
  const { mine } = useWaiting();
  if (mine.length === 0) return null;
  return (
    <span className="badge">
      {formatCount(mine.length)}
      <span className="visually-hidden"> {mine.length === 1 ? 'waits' : 'wait'} for you</span>
    </span>
  );
}
