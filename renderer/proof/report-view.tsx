import type { ReactElement, ReactNode } from 'react';

import type { ProofReport } from '../../src/ledger/proofs/report.ts';
import { HexText } from '../parts/hex-text.tsx';
import { useInspection } from '../stores/use-inspection.ts';

/** How a check in the page ended, and each of its steps. */
export function ReportView({
  claim,
  report,
}: {
  readonly claim: ReactNode;
  readonly report: ProofReport;
}): ReactElement {
  const isOfFileAlone = useInspection()?.trust.confirmed_by === null;
  return (
    <>
      <div className={`notice ${!report.ok ? 'bad' : isOfFileAlone ? 'warn' : 'good'}`} role="status">
        <b>
          {!report.ok
            ? 'Not proved.'
            : isOfFileAlone
              ? 'Proved from the file alone, which nobody has confirmed.'
              : 'Proved by this page itself.'}
        </b>{' '}
        {report.ok ? claim : 'A step of the check failed: do not rely on this claim.'}
      </div>
      <ol className="proof-steps" aria-label="Steps of the check">
        {report.steps.map(({ step, ok, detail }, place) => (
          // Two steps can have one name; their order does not change.
          <li key={place}>
            <span className={`tag ${ok ? 'green' : 'bad'}`}>{ok ? 'holds' : 'fails'}</span>
            <span className="grow">
              <b>{step}</b>
              <small>
                <HexText text={detail} />
              </small>
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
