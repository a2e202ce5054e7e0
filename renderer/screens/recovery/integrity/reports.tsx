import type { ReactElement } from 'react';

import type { IntegrityReport } from '../../../../src/api/operator/integrity.ts';
import { DeedNotice } from '../../../directory/deed-notice.tsx';
import { useDeed } from '../../../directory/use-deed.ts';
import { Age } from '../../../node-parts/age.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { HexText } from '../../../parts/hex-text.tsx';
import { formatTime } from '../../../parts/format.ts';
import { useServices } from '../../../services.ts';
import { useRead } from '../../../stores/use-read.ts';

const OUTCOMES: Readonly<Record<IntegrityReport['outcome'], { readonly words: string; readonly tone: string }>> = {
  repaired: { words: 'repaired', tone: 'green' },
  filled: { words: 'repaired from a copy', tone: 'green' },
  needs_copy: { words: 'needs a copy', tone: 'bad' },
  refused: { words: 'not repaired', tone: 'bad' },
};

/** What was found damaged on this machine, and what was done. */
export function Reports(): ReactElement {
  const { reads } = useServices();
  const reports = useRead(reads.operator.integrityReports.queryOptions());
  const deed = useDeed(() => reports.reload());
  return (
    <section className="card stack" aria-labelledby="integrity-reports">
      <h2 id="integrity-reports">Reports of damage</h2>
      <DeedNotice deed={deed} />
      <ReadingView reading={reports}>
        {({ reports: rows }) =>
          rows.length === 0 ? (
            <p className="soft">Damage was never found on this machine. Each finding would leave a report here.</p>
          ) : (
            <ul className="stack">
              {rows.map(({ report_id, time, outcome, words, acknowledged_at }) => (
                <li key={report_id}>
                  <details className="report" open={acknowledged_at === null}>
                    <summary>
                      {formatTime(time)}{' '}
                      <span className={`tag ${OUTCOMES[outcome].tone}`}>{OUTCOMES[outcome].words}</span>{' '}
                      {acknowledged_at === null ? <span className="tag warn">not seen yet</span> : null}
                    </summary>
                    {words.map((line) => (
                      <p key={line}>
                        <HexText text={line} />
                      </p>
                    ))}
                    {acknowledged_at === null ? (
                      <button
                        type="button"
                        className="button"
                        disabled={deed.waiting !== null}
                        onClick={() => deed.ask({ deed: 'acknowledge_report', report_id })}
                      >
                        I have seen it…
                      </button>
                    ) : (
                      <p className="faint">
                        Seen <Age time={acknowledged_at} />.
                      </p>
                    )}
                  </details>
                </li>
              ))}
            </ul>
          )
        }
      </ReadingView>
    </section>
  );
}
