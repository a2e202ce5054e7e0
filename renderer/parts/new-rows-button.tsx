import type { ReactElement } from 'react';

import { formatCount } from './format.ts';

/** Says quietly that more has arrived, and shows it when asked. */
export function NewRowsButton({
  count,
  more = false,
  onShow,
}: {
  readonly count: number;
  readonly more?: boolean;
  readonly onShow: () => void;
}): ReactElement | null {
  if (count <= 0) return null;
  return (
    <button type="button" className="button new-rows" onClick={onShow}>
      ↑ {formatCount(count)}
      {more ? ' or more' : ''} new
    </button>
  );
}
