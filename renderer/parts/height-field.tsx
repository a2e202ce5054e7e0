import type { ReactElement } from 'react';

import { Field } from './field.tsx';

/** A block by its number, as it is typed. */
export function HeightField({
  label,
  placeholder,
  value,
  onValue,
}: {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}): ReactElement {
  return (
    <Field label={label}>
      {(control) => (
        <input
          {...control}
          className="input"
          type="number"
          min="0"
          step="1"
          placeholder={placeholder}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}
