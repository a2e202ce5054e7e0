import type { ReactElement } from 'react';

import { visibleJsonLines } from '../../src/base/visible-text.ts';

/** JSON as it is, indented. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }): ReactElement {
  return (
    <pre className="code" aria-label={label} tabIndex={0}>
      {visibleJsonLines(value).join('\n')}
    </pre>
  );
}
