import type { ReactElement } from 'react';

import { TEXT_LENGTH_MAX } from '../../src/base/limits.ts';
import { Field } from './field.tsx';

interface Props {
  /** Who will read it. */
  readonly hint: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** Why something is done, in as many words as the chain takes. */
export function ReasonField({ hint, value, onValue }: Props): ReactElement {
  return (
    <Field label="Reason" hint={hint}>
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
