import type { ReactElement } from 'react';

import { formatDuration } from '../parts/format.ts';
import { useUnlockedKey } from '../stores/acting.ts';
import { useNow } from '../stores/clock.ts';

export function SessionNote(): ReactElement {
  const unlocked = useUnlockedKey();
  const now = useNow();
  return (
    <>
      {unlocked === null
        ? 'each signature is asked for'
        : `signing as ${unlocked.name} is unlocked for ${formatDuration(unlocked.until - now)} more`}
    </>
  );
}
