import type { ReactElement } from 'react';

import type { KeyView } from '../../src/api/chain/members.ts';
import { Age } from '../node-parts/age.tsx';
import { Hash } from '../parts/hash.tsx';
import { Words } from '../parts/words.tsx';
import { formatTime } from '../parts/format.ts';

/** The keys of one subject: those in use with their words, then those it had. */
export function KeyList({
  keys,
  whose,
  children,
}: {
  readonly keys: readonly KeyView[];
  readonly whose: string;
  /** What can be done with a key that is in use. */
  readonly children?: (key: KeyView) => ReactElement | null;
}): ReactElement {
  const active = keys.filter(({ status }) => status === 'active');
  const retired = keys.filter(({ status }) => status === 'retired');
  return (
    <>
      {active.length === 0 ? <p className="soft">No key of {whose} is in use.</p> : null}
      <ul className="stack key-list">
        {active.map((key) => (
          <li key={key.public_key} className="stack">
            <div className="row">
              <Hash value={key.public_key} what="public key" />
              <span className="faint">
                added <Age time={key.added_at} />
              </span>
              <span className="grow" />
              {children?.(key)}
            </div>
            <Words words={key.fingerprint} label={`Fingerprint of the key of ${whose}`} />
          </li>
        ))}
      </ul>
      {retired.length === 0 ? null : (
        <table className="table retired">
          <thead>
            <tr>
              <th>Earlier keys</th>
              <th>From</th>
              <th>To</th>
            </tr>
          </thead>
          <tbody>
            {retired.map((key) => (
              <tr key={key.public_key}>
                <td>
                  <Hash value={key.public_key} what="public key" />
                </td>
                <td>{formatTime(key.added_at)}</td>
                <td>{key.retired_at === null ? '–' : formatTime(key.retired_at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
