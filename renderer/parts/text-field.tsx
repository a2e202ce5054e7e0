import type { ReactElement, ReactNode } from 'react';

import { Field } from './field.tsx';

interface Props {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  readonly placeholder?: string;
  readonly lengthMax?: number;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** One line of text. */
export function TextField({ label, hint, problem, placeholder, lengthMax, value, onValue }: Props): ReactElement {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(control) => (
        <input
          {...control}
          className="input"
          autoComplete="off"
          placeholder={placeholder}
          maxLength={lengthMax}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}
