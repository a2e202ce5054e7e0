import type { ReactElement } from 'react';

import { TEXT_LENGTH_MAX } from '../../src/base/limits.ts';
import { Field } from './field.tsx';

interface Props {
  readonly label: string;
  /** Who will read it. */
  readonly hint: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** What a member says in as many words as the chain takes. */
export function ProseField({ label, hint, value, onValue }: Props): ReactElement {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <textarea
          {...control}
          className="input prose"
          maxLength={TEXT_LENGTH_MAX}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}
