import { useState, type ReactElement } from 'react';

import type { AuditFilter } from '../../../../src/api/chain/audit.ts';
import type { ExportKind } from '../../../../src/ledger/documents/export-manifest.ts';
import { JobProgress } from '../../../node-parts/job-progress.tsx';
import { Choice } from '../../../parts/choice.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { withQuery } from '../../../router/location.ts';
import { useServices } from '../../../services.ts';
import { useJob } from '../../../stores/use-job.ts';
import { useRead } from '../../../stores/use-read.ts';
import { useLocation } from '../../../stores/use-stores.ts';
import { isFiltered } from '../audit-filter.ts';
import { MatchCount } from '../match-count.tsx';
import { canBeOf, EXPORT_CHOICES, isReport } from './export-kinds.ts';
import { MadeNow } from './made-now.tsx';
import { PastExports } from './past-exports.tsx';
import { PreviewButton } from './preview-button.tsx';
import './export.css';

interface Wanted {
  readonly kind: ExportKind;
  readonly filter: AuditFilter;
}

/** What the filter finds, taken home in a file with a signed manifest. */
export function ExportPane({ filter }: { readonly filter: AuditFilter }): ReactElement {
  const { reads } = useServices();
  const location = useLocation();
  const exports = useRead(reads.operator.exports.queryOptions());
  const [wanted, setWanted] = useState<ExportKind>('pdf');
  const making = useJob(
    'export',
    // One that was found running is in the list below when it has ended.
    (client, _, asked: Wanted | undefined) => (asked === undefined ? null : client.operator.runExport(asked)),
    exports.reload,
  );
  const kind = canBeOf(wanted, filter) ? wanted : 'jsonl';
  const close = withQuery(location, { do: null });
  return (
    <>
      <header>
        <a className="button quiet back" href={close}>
          ← All
        </a>
        <h2>Export</h2>
        <span className="grow" />
        <a className="button" href={close}>
          Close
        </a>
      </header>
      <div className="pane-body stack">
        {isFiltered(filter) ? (
          <p>
            What the filter finds:{' '}
            <b>
              <MatchCount filter={filter} />
            </b>
          </p>
        ) : (
          <p>The whole log. Set a filter, or a range of time, to take a part of it.</p>
        )}
        <fieldset className="stack">
          <legend>As what</legend>
          {EXPORT_CHOICES.map(({ kind: each, title, about }) => (
            <Choice
              key={each}
              name="export-kind"
              title={title}
              checked={each === kind}
              disabled={!canBeOf(each, filter)}
              onChoose={() => setWanted(each)}
            >
              {canBeOf(each, filter)
                ? about
                : 'A report is of a period, and of all environments or one. Take words, action and signer out of the filter.'}
            </Choice>
          ))}
        </fieldset>
        <div className="row">
          <button
            type="button"
            className="button primary"
            disabled={making.running !== null}
            onClick={() => making.start({ kind, filter: kind === 'blocks' ? {} : filter })}
          >
            Export
          </button>
          {isReport(kind) ? <PreviewButton filter={filter} /> : null}
        </div>
        {making.running === null ? null : <JobProgress job={making.running} />}
        {making.problem === undefined ? null : <ProblemNotice problem={making.problem} />}
        {making.done === null ? null : <MadeNow made={making.done} />}
        <p className="faint">
          The validator of this node signs it. Anyone who has a trust file of the chain checks it on any machine,
          without this node.
        </p>
        <PastExports reading={exports} except={making.done?.export.name ?? null} />
      </div>
    </>
  );
}
