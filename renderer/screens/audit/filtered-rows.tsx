import { useState, type ReactElement } from 'react';

import type { AuditFilter } from '../../../src/api/chain/audit.ts';
import { Empty } from '../../node-parts/empty.tsx';
import { Link } from '../../parts/link.tsx';
import { NewRowsButton } from '../../parts/new-rows-button.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { TallList } from '../../parts/tall-list.tsx';
import { AUDIT_ROW_HEIGHT, AuditColumns, AuditRow } from './audit-row.tsx';
import { FILTER_PAGE_ROWS, useFilteredRows } from './use-filtered-rows.ts';

/** What matches, newest first, read further as the person scrolls. */
export function FilteredRows({ filter }: { readonly filter: AuditFilter }): ReactElement {
  const { rows, more, loading, problem, fresh, readMore, showFresh, reload } = useFilteredRows(filter);
  const [topKey, setTopKey] = useState(0);
  return (
    <>
      <AuditColumns />
      {problem === undefined || problem.code === 'CONNECTION_LOST' ? null : (
        <ProblemNotice problem={problem} onRetry={reload} />
      )}
      <div className="list-holder">
        {rows.length > 0 ? (
          <TallList
            label="Matching transactions, newest first"
            count={rows.length + (more ? 1 : 0)}
            rowHeight={AUDIT_ROW_HEIGHT}
            topKey={topKey}
            onRange={(_first, last) => {
              if (last >= rows.length - FILTER_PAGE_ROWS / 4) readMore();
            }}
            renderRow={(index, row) => {
              const transaction = rows[index];
              const number = transaction?.log_index ?? (rows.at(-1)?.log_index ?? 1) - 1;
              return <AuditRow number={number} transaction={transaction} row={row} />;
            }}
          />
        ) : loading ? (
          <Skeleton />
        ) : problem === undefined ? (
          <Empty
            title="No transaction matches"
            action={
              <Link className="button" to={['audit']}>
                Clear the filters
              </Link>
            }
          >
            Every word must occur in the transaction, each as the beginning of a word.
          </Empty>
        ) : null}
        <NewRowsButton
          count={fresh}
          more={fresh >= FILTER_PAGE_ROWS}
          onShow={() => {
            showFresh();
            setTopKey((key) => key + 1);
          }}
        />
      </div>
    </>
  );
}
