import type { ReactElement, ReactNode } from 'react';

import { decodeLocalTime, encodeLocalTime } from './format.ts';
import { InputField } from './input-field.tsx';

interface Props {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  /** Unix milliseconds as text; null where none is given. */
  readonly value: string | null;
  readonly onValue: (value: string | null) => void;
}

/** A date and a time in this machine's time zone. */
export function TimeField({ value, onValue, ...field }: Props): ReactElement {
  return (
    <InputField
      {...field}
      type="datetime-local"
      step="1"
      value={encodeLocalTime(value)}
      onValue={(typed) => onValue(decodeLocalTime(typed))}
    />
  );
}
