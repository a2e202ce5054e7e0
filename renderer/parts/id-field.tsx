import type { ReactElement } from 'react';

import { isIdentifier } from '../../src/ledger/actions/fields.ts';
import { InputField } from './input-field.tsx';

interface Props {
  readonly hint: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly isValid?: (value: string) => boolean;
  /** What is valid, in words. */
  readonly form?: string;
}

const IDENTIFIER_FORM = 'Letters, digits, dot, dash and underscore; a letter or digit first.';

/** An id that is typed: without blanks around it, and never corrected. */
export function IdField({
  hint,
  placeholder,
  value,
  onValue,
  isValid = isIdentifier,
  form = IDENTIFIER_FORM,
}: Props): ReactElement {
  return (
    <InputField
      label="Id"
      hint={hint}
      problem={value === '' || isValid(value) ? undefined : form}
      className="input mono"
      spellCheck={false}
      autoComplete="off"
      placeholder={placeholder}
      value={value}
      onValue={(typed) => onValue(typed.trim())}
    />
  );
}
