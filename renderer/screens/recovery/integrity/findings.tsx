import type { ReactElement } from 'react';

import { formatCount, formatDuration, formatQuantity, formatTime } from '../../../parts/format.ts';
import { HexText } from '../../../parts/hex-text.tsx';
import { Link } from '../../../parts/link.tsx';
import type { VerifyResult } from '../../../stores/verification.ts';

/** What the check found, and exactly what it looked at. */
export function Findings({
  result,
  finishedAt,
}: {
  readonly result: VerifyResult;
  readonly finishedAt: number;
}): ReactElement {
  const looked = `${formatQuantity(result.blocks, 'block')}, ${formatQuantity(result.transactions, 'transaction')}, ${formatQuantity(result.state_pages, 'state page')} and ${formatQuantity(result.blobs, 'stored file')}`;
  return (
    <section className="stack" aria-label="Result">
      <div className={`notice ${result.ok ? 'good' : 'bad'}`} role="status">
        <b>
          {result.ok
            ? `Everything up to block ${formatCount(result.height)} is valid.`
            : `${formatQuantity(result.findings.length, 'item')} did not verify.`}
        </b>{' '}
        Checked {looked}, in {formatDuration(result.duration_ms)}; finished {formatTime(finishedAt)}.
        {result.ok ? null : (
          <>
            {' '}
            What can be made again is repaired here; for the rest, restore{' '}
            <Link to={['recovery', 'backups']}>a verified backup</Link>. The damaged file is kept as evidence.
          </>
        )}
      </div>
      {result.findings.length === 0 ? null : (
        <div className="card">
          <table className="table">
            <thead>
              <tr>
                <th>Where</th>
                <th>What is wrong</th>
              </tr>
            </thead>
            <tbody>
              {result.findings.map(({ place, message }) => (
                <tr key={`${place} ${message}`}>
                  <td className="mono">
                    <HexText text={place} />
                  </td>
                  <td className="finding">
                    <HexText text={message} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
