import { useState, type ReactElement } from 'react';

import type { AuditFilter } from '../../../../src/api/chain/audit.ts';
import { JobProgress } from '../../../node-parts/job-progress.tsx';
import { formatBytes } from '../../../parts/format.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useJob } from '../../../stores/use-job.ts';
import { ReportPreview } from './report-preview.tsx';

/** Makes the report for a look at it, and shows it over the page. */
export function PreviewButton({ filter }: { readonly filter: AuditFilter }): ReactElement {
  const { running, done, problem, start } = useJob(
    'preview',
    // One that was found running was asked for by a page that has been left.
    (client, _, asked: { readonly filter: AuditFilter } | undefined) =>
      asked === undefined ? null : client.operator.previewReport(asked),
    () => undefined,
  );
  /** The one that was closed again. */
  const [seen, setSeen] = useState<typeof done>(null);
  return (
    <>
      <button type="button" className="button" disabled={running !== null} onClick={() => start({ filter })}>
        Preview the report
      </button>
      {running === null ? null : <JobProgress job={running} />}
      {problem === undefined ? null : <ProblemNotice problem={problem} />}
      {done === null || done === seen ? null : done.html === null ? (
        <p className="notice" role="status">
          <b>The report is too long to be shown here.</b> It has {formatBytes(done.size_bytes)}: export it, and open the
          file.
        </p>
      ) : (
        <ReportPreview html={done.html} onClose={() => setSeen(done)} />
      )}
    </>
  );
}
