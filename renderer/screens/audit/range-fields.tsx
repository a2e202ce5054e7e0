import type { ReactElement } from 'react';

import { Field } from '../../parts/field.tsx';
import type { FilterName } from './audit-filter.ts';
import { decodeLocalTime, encodeLocalTime } from '../../parts/format.ts';

interface Props {
  readonly query: URLSearchParams;
  readonly onValue: (name: FilterName, value: string | null) => void;
}

const TIMES = [
  ['from_time', 'From time'],
  ['to_time', 'To time'],
] as const;
const BLOCKS = [
  ['from_block', 'From block'],
  ['to_block', 'To block'],
] as const;

/** A part of the log by time or by blocks; both ends are included. */
export function RangeFields({ query, onValue }: Props): ReactElement {
  return (
    <div className="row filters">
      {TIMES.map(([name, label]) => (
        <Field key={name} label={label}>
          {(control) => (
            <input
              {...control}
              className="input"
              type="datetime-local"
              step="1"
              value={encodeLocalTime(query.get(name))}
              onChange={(event) => onValue(name, decodeLocalTime(event.target.value))}
            />
          )}
        </Field>
      ))}
      {BLOCKS.map(([name, label]) => (
        <Field key={name} label={label}>
          {(control) => (
            <input
              {...control}
              className="input"
              type="number"
              min="0"
              step="1"
              value={query.get(name) ?? ''}
              onChange={(event) => onValue(name, event.target.value)}
            />
          )}
        </Field>
      ))}
    </div>
  );
}
