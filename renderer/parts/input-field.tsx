import type { ComponentProps, ReactElement, ReactNode } from 'react';

import { Field } from './field.tsx';

interface Props extends Omit<ComponentProps<'input'>, 'children' | 'id' | 'onChange' | 'value'> {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A labelled input, with its hint and, where it is wrong, why; the rest is the input's own. */
export function InputField({ label, hint, problem, onValue, className = 'input', ...input }: Props): ReactElement {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(control) => (
        <input {...input} {...control} className={className} onChange={(event) => onValue(event.target.value)} />
      )}
    </Field>
  );
}
