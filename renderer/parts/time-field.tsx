import type { ReactElement, ReactNode } from 'react';

import { Field } from './field.tsx';
import { decodeLocalTime, encodeLocalTime } from './format.ts';

/** A date and a time in this machine's time zone. */
export function TimeField({
  label,
  hint,
  problem,
  value,
  onValue,
}: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  /** Unix milliseconds as text; null where none is given. */
  readonly value: string | null;
  readonly onValue: (value: string | null) => void;
}): ReactElement {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(control) => (
        <input
          {...control}
          className="input"
          type="datetime-local"
          step="1"
          value={encodeLocalTime(value)}
          onChange={(event) => onValue(decodeLocalTime(event.target.value))}
        />
      )}
    </Field>
  );
}
