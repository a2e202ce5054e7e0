import type { ReactElement } from 'react';

import { PASSPHRASE_LENGTH_MIN } from '../../src/base/limits.ts';
import { Field } from '../parts/field.tsx';

export interface PassphrasePair {
  readonly first: string;
  readonly second: string;
}

/** Why the pair cannot be used; undefined where it can. */
export function passphraseProblem({ first, second }: PassphrasePair): string | undefined {
  if (first.length < PASSPHRASE_LENGTH_MIN) return `Use at least ${PASSPHRASE_LENGTH_MIN} characters.`;
  return first === second ? undefined : 'The two are not the same.';
}

export function NewPassphrase({
  value,
  onValue,
  problem,
}: {
  readonly value: PassphrasePair;
  readonly onValue: (value: PassphrasePair) => void;
  readonly problem: string | undefined;
}): ReactElement {
  return (
    <div className="pair">
      <Field
        label="Passphrase"
        hint={`At least ${PASSPHRASE_LENGTH_MIN} characters. It cannot be recovered.`}
        problem={problem}
      >
        {(control) => (
          <input
            {...control}
            className="input"
            type="password"
            autoComplete="new-password"
            value={value.first}
            onChange={(event) => onValue({ ...value, first: event.target.value })}
          />
        )}
      </Field>
      <Field label="Passphrase again">
        {(control) => (
          <input
            {...control}
            className="input"
            type="password"
            autoComplete="new-password"
            value={value.second}
            onChange={(event) => onValue({ ...value, second: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}
