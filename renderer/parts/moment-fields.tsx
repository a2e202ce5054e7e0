import type { ReactElement } from 'react';

import { Field } from './field.tsx';
import { decodeLocalTime, encodeLocalTime } from './format.ts';
import type { QueryValues } from '../router/location.ts';

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
      <Field label="At height">
        {(control) => (
          <input
            {...control}
            className="input"
            type="number"
            min="0"
            step="1"
            placeholder="now"
            value={text(moment['height'])}
            onChange={(event) => onMoment({ height: event.target.value, time: null })}
          />
        )}
      </Field>
      <Field label="or at time">
        {(control) => (
          <input
            {...control}
            className="input"
            type="datetime-local"
            step="1"
            value={encodeLocalTime(text(moment['time']))}
            onChange={(event) => onMoment({ height: null, time: decodeLocalTime(event.target.value) })}
          />
        )}
      </Field>
    </>
  );
}
