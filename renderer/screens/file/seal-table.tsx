import type { ReactElement } from 'react';

import type { InspectionView } from '../../../src/api/operator/inspection.ts';
import { Name } from '../../names/name.tsx';
import { formatCount } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Words } from '../../parts/words.tsx';

/** Each key that sealed a block of the file, with the blocks: what a trust file names, or a validator's operator reads out. */
export function SealTable({ seals }: { readonly seals: InspectionView['seals'] }): ReactElement {
  return (
    <section className="card file-seals" aria-labelledby="file-seals">
      <h2 id="file-seals">Keys that sealed it</h2>
      <table className="table">
        <thead>
          <tr>
            <th>Validator</th>
            <th>Blocks</th>
            <th>Key</th>
            <th>Fingerprint</th>
            <th>Trust file</th>
          </tr>
        </thead>
        <tbody>
          {seals.map(({ validator_id, public_key, fingerprint, first_block, last_block, named }) => (
            <tr key={`${validator_id} ${public_key}`}>
              <td>
                <Name kind="validator" id={validator_id} />
              </td>
              <td>
                {formatCount(first_block)} to {formatCount(last_block)}
              </td>
              <td>
                <Hash value={public_key} what="public key" />
              </td>
              <td>
                <Words
                  words={fingerprint}
                  label={`Fingerprint of ${validator_id}, blocks ${first_block} to ${last_block}`}
                />
              </td>
              <td>
                {named === null ? (
                  <span className="faint">none given</span>
                ) : (
                  <span className={`tag ${named ? 'green' : 'warn'}`}>{named ? 'names it' : 'does not name it'}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
