import type { ReactElement } from 'react';

import { LEVELS, LEVEL_PERMISSIONS, type Level } from '../../../../src/ledger/permissions.ts';
import { Field } from '../../../parts/field.tsx';
import { formatLevel } from '../../../parts/format.ts';
import { PERMISSION_WORDS } from '../permission-words.ts';

export function LevelField({
  level,
  onLevel,
}: {
  readonly level: Level;
  readonly onLevel: (level: Level) => void;
}): ReactElement {
  const may = LEVEL_PERMISSIONS[level].map((permission) => PERMISSION_WORDS[permission].title).join(', ');
  return (
    <Field label="Level" hint={`May: ${may}.`}>
      {(control) => (
        <select
          {...control}
          className="input"
          value={level}
          onChange={(event) => onLevel(LEVELS.find((each) => each === event.target.value) ?? level)}
        >
          {LEVELS.map((each) => (
            <option key={each} value={each}>
              {formatLevel(each)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
