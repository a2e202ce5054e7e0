import type { ReactElement } from 'react';

/** JSON as it is, indented. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }): ReactElement {
  return (
    <pre className="code" aria-label={label} tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
