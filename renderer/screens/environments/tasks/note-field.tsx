import type { ReactElement } from 'react';

import { TEXT_LENGTH_MAX } from '../../../../src/base/limits.ts';
import { TextField } from '../../../parts/text-field.tsx';

/** What the author of a version says of it. */
export function NoteField({
  value,
  onValue,
}: {
  readonly value: string;
  readonly onValue: (value: string) => void;
}): ReactElement {
  return (
    <TextField
      label="Note on this version"
      hint="What is new, as in a commit message. Written to the chain. Optional."
      lengthMax={TEXT_LENGTH_MAX}
      value={value}
      onValue={onValue}
    />
  );
}
