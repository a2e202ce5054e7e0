import type { ReactElement } from 'react';

import { isoTime } from '../../src/base/iso-time.ts';
import { useNow } from '../stores/clock.ts';
import { formatAge, formatTime } from '../parts/format.ts';

/** How long ago, moving by itself; the exact time on hover. */
export function Age({ time }: { readonly time: number }): ReactElement {
  const now = useNow();
  return (
    <time dateTime={isoTime(time)} title={formatTime(time)}>
      {formatAge(time, now)}
    </time>
  );
}
