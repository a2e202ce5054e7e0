import type { ReactElement } from 'react';

import type { FileDifference } from '../../../src/api/chain/content.ts';
import type { Hash } from '../../../src/base/bytes.ts';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { numberLines } from './number-lines.ts';

interface Props {
  readonly before: Hash | null;
  readonly after: Hash | null;
  readonly path: string;
}

/** A file's difference, line by line. */
export function FileDifferenceView({ before, after, path }: Props): ReactElement {
  const { reads } = useServices();
  const difference = useRead(
    reads.chain.fileDifference.queryOptions({
      input: { before_state_hash: before, after_state_hash: after, path },
    }),
  );
  return <ReadingView reading={difference}>{(data) => <Hunks difference={data} path={path} />}</ReadingView>;
}

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

function Hunks({ difference, path }: { readonly difference: FileDifference; readonly path: string }): ReactElement {
  if (difference.kind === 'binary')
    return <p className="soft">Not text: the two files differ, but cannot be compared line by line.</p>;
  if (difference.kind === 'too_large') return <p className="soft">Too large to compare line by line.</p>;
  if (difference.hunks.length === 0) return <p className="soft">The two are the same.</p>;
  return (
    <div>
      {difference.hunks.map((hunk) => (
        <div key={`${hunk.before_start} ${hunk.after_start}`} className="hunk">
          <table aria-label={`Lines from ${hunk.after_start} of ${path}`}>
            <tbody>
              {numberLines(hunk).map(({ kind, text, before, after }) => (
                <tr key={`${before ?? ''} ${after ?? ''} ${kind}`} className={kind === 'same' ? undefined : kind}>
                  <td className="line">{before}</td>
                  <td className="line">{after}</td>
                  <td>
                    {SIGNS[kind]} <code>{text}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </div>
  );
}
