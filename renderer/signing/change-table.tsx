import type { ReactElement } from 'react';

import type { StateChange } from '../../src/api/views/operator.ts';
import { Changed } from '../parts/changed.tsx';

/** Every value of the state that would be another one: before and after. */
export function ChangeTable({ changes }: { readonly changes: readonly StateChange[] }): ReactElement {
  if (changes.length === 0) return <p className="soft">No value of the state changes.</p>;
  return (
    <table className="difference">
      <thead className="visually-hidden">
        <tr>
          <th>Value</th>
          <th>Before</th>
          <th>After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ namespace, key, path, before, after }) => (
          <tr key={`${namespace} ${key} ${path}`}>
            <th scope="row" title={`${namespace}/${key}`}>
              {path === '' ? key : `${key} ${path}`}
            </th>
            <Changed before={before} after={after} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
