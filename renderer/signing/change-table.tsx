import type { ReactElement } from 'react';

import type { StateChange } from '../../src/api/views/operator.ts';
import { Changed } from '../parts/changed.tsx';
import { changedValues } from './changed-values.ts';

/** Every value of the state that would be another one: before and after. */
export function ChangeTable({ changes }: { readonly changes: readonly StateChange[] }): ReactElement {
  const values = changedValues(changes);
  if (values.length === 0) return <p className="soft">No value of the state changes.</p>;
  const places = new Set(values.map(({ place }) => place));
  const [only] = places;
  return (
    <>
      {places.size === 1 ? <p className="soft">In {only}</p> : null}
      <table className="difference" data-before={values.some(({ before }) => before !== undefined)}>
        <thead className="visually-hidden">
          <tr>
            <th>Value</th>
            <th>Before</th>
            <th>After</th>
          </tr>
        </thead>
        <tbody>
          {values.map(({ id, name, path, place, before, after }) => (
            <tr key={id}>
              <th scope="row" title={place}>
                {places.size === 1 && path !== '' ? path : name}
              </th>
              <Changed name={name} before={before} after={after} />
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
