import type { ReactElement } from 'react';

import { formatDuration } from '../../parts/format.ts';
import { useNow } from '../../stores/clock.ts';

export function SessionNote({ unlockedUntil }: { readonly unlockedUntil: number | null }): ReactElement {
  const now = useNow();
  const open = unlockedUntil !== null && unlockedUntil > now;
  return (
    <>{open ? `signing is unlocked for ${formatDuration(unlockedUntil - now)} more` : 'each signature is asked for'}</>
  );
}
