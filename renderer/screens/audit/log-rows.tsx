import type { ReactElement } from 'react';

import type { TransactionRow } from '../../../src/api/chain/transactions.ts';
import type { Client } from '../../bridge/client.ts';
import { NewRowsButton } from '../../parts/new-rows-button.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { TallList } from '../../parts/tall-list.tsx';
import { usePinnedCount } from '../../stores/use-pinned-count.ts';
import { useLocation, useNode } from '../../stores/use-stores.ts';
import { useRowPages } from '../../stores/use-row-pages.ts';
import { AUDIT_ROW_HEIGHT, AuditColumns, AuditRow } from './audit-row.tsx';

/** The whole log: any place at once, by its position. */
export function LogRows(): ReactElement {
  const logSize = useNode((state) => state.logSize);
  return logSize === null ? <Skeleton /> : <Rows logSize={logSize} />;
}

function Rows({ logSize }: { readonly logSize: number }): ReactElement {
  const pages = useRowPages(loadRows, numberOf);
  const pinned = usePinnedCount(logSize, useLocation().query.has('open'));
  const size = pinned.count;
  const problem = pages.problem();
  return (
    <>
      <AuditColumns />
      {problem === undefined || problem.code === 'CONNECTION_LOST' ? null : (
        <ProblemNotice problem={problem} onRetry={pages.retry} />
      )}
      <div className="list-holder">
        <TallList
          label="Transactions, newest first"
          count={size}
          rowHeight={AUDIT_ROW_HEIGHT}
          topKey={pinned.topKey}
          onFocusWithin={pinned.noteFocus}
          onRange={(first, last, atTop) => {
            pinned.noteAtTop(atTop);
            pages.want(size - 1 - last, size - 1 - first);
          }}
          renderRow={(index, row) => (
            <AuditRow number={size - 1 - index} transaction={pages.row(size - 1 - index)} row={row} />
          )}
        />
        <NewRowsButton count={pinned.fresh} onShow={pinned.showFresh} />
      </div>
    </>
  );
}

async function loadRows(
  client: Client,
  before: number,
  limit: number,
  signal: AbortSignal,
): Promise<readonly TransactionRow[]> {
  const page = await client.chain.audit({ filter: {}, before_log_index: before, limit }, { signal });
  return page.rows;
}

function numberOf(row: TransactionRow): number {
  return row.log_index;
}
