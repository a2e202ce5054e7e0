import type { ReactElement } from 'react';

import type { StateChange } from '../../src/api/chain/submission.ts';
import { Changed } from '../parts/changed.tsx';
import { shortenHex } from '../parts/format.ts';
import { changedValues, type ChangedValue } from './changed-values.ts';

/** Every value of the state that would be another one: before and after. */
export function ChangeTable({ changes }: { readonly changes: readonly StateChange[] }): ReactElement {
  const values = changedValues(changes);
  if (values.length === 0) return <p className="soft">No value of the state changes.</p>;
  const places = new Set(values.map(({ place }) => place));
  const [only = ''] = places;
  return (
    <>
      {places.size === 1 ? <p className="soft">In {shortenNames(only)}</p> : null}
      <table className="difference" data-before={values.some(({ before }) => before !== undefined)}>
        <thead className="visually-hidden">
          <tr>
            <th>Value</th>
            <th>Before</th>
            <th>After</th>
          </tr>
        </thead>
        <tbody>
          {values.map((value) => (
            <tr key={value.id}>
              <th scope="row" title={value.place}>
                {shortenNames(places.size === 1 && value.path !== '' ? value.path : value.name)}
              </th>
              <Changed name={value.name} before={value.before} after={afterOf(value)} />
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const SET_AT_COMMIT = {
  time: 'time of the block',
  transaction: 'id of this transaction',
  approvals: 'those who approve it',
} as const;

function afterOf({ after, setAtCommit }: ChangedValue): unknown {
  return setAtCommit === undefined ? after : SET_AT_COMMIT[setAtCommit];
}

/** Keys of the state hold ids and public keys: these are for comparing, not for reading. */
function shortenNames(name: string): string {
  return name.replaceAll(/0x[0-9a-f]{40,}/g, shortenHex);
}
