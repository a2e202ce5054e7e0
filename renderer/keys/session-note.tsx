import type { ReactElement } from 'react';

import { formatDuration } from '../parts/format.ts';
import { useNow } from '../stores/clock.ts';

export function SessionNote({
  unlockedUntil,
  name,
}: {
  readonly unlockedUntil: number | null;
  readonly name: string;
}): ReactElement {
  const now = useNow();
  const open = unlockedUntil !== null && unlockedUntil > now;
  return (
    <>
      {open
        ? `signing as ${name} is unlocked for ${formatDuration(unlockedUntil - now)} more`
        : 'each signature is asked for'}
    </>
  );
}
