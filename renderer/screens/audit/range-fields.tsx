import type { ReactElement } from 'react';

import { HeightField } from '../../parts/height-field.tsx';
import { TimeField } from '../../parts/time-field.tsx';
import type { FilterName } from './audit-filter.ts';

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
        <TimeField key={name} label={label} value={query.get(name)} onValue={(value) => onValue(name, value)} />
      ))}
      {BLOCKS.map(([name, label]) => (
        <HeightField key={name} label={label} value={query.get(name) ?? ''} onValue={(value) => onValue(name, value)} />
      ))}
    </div>
  );
}
