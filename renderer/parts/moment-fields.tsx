import type { ReactElement } from 'react';

import type { QueryValues } from '../router/location.ts';
import { HeightField } from './height-field.tsx';
import { TimeField } from './time-field.tsx';

interface Props {
  readonly moment: QueryValues;
  readonly onMoment: (moment: QueryValues) => void;
}

/** A height or a time; both empty is now. Giving one takes the other away. */
export function MomentFields({ moment, onMoment }: Props): ReactElement {
  const text = (value: QueryValues[string]): string =>
    typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return (
    <>
      <HeightField
        label="At height"
        placeholder="now"
        value={text(moment['height'])}
        onValue={(height) => onMoment({ height, time: null })}
      />
      <TimeField label="or at time" value={text(moment['time'])} onValue={(time) => onMoment({ height: null, time })} />
    </>
  );
}
