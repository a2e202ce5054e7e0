import type { ReactElement } from 'react';

import { isHash } from '../../../src/base/bytes.ts';
import { Empty } from '../../node-parts/empty.tsx';
import { Link } from '../../parts/link.tsx';
import { formatQuantity } from '../../parts/format.ts';
import { Heading } from '../../node-parts/heading.tsx';
import { queryOf, withQuery } from '../../router/location.ts';
import { useLocation, useNode } from '../../stores/use-stores.ts';
import { TransactionView } from '../../transaction/transaction-view.tsx';
import { decodeFilter, isFiltered } from './audit-filter.ts';
import { ExportPane } from './export/export-pane.tsx';
import { FilterBar } from './filter-bar.tsx';
import { FilteredRows } from './filtered-rows.tsx';
import { IndexNotice } from './index-notice.tsx';
import { LogRows } from './log-rows.tsx';
import { MatchCount } from './match-count.tsx';
import './audit.css';

/** Every transaction, newest first; what the address filters by; the open one at the right. */
export function Audit(): ReactElement {
  const location = useLocation();
  const logSize = useNode((state) => state.logSize);
  const filter = decodeFilter(location.query);
  const open = location.query.get('open');
  const isExporting = location.query.get('do') === 'export';
  return (
    <>
      <Heading
        title="Audit log"
        actions={
          <Link className="button" to={['audit']} query={{ ...queryOf(location.query), do: 'export' }}>
            Export…
          </Link>
        }
      >
        {isFiltered(filter) ? (
          <MatchCount filter={filter} />
        ) : logSize === null ? (
          ''
        ) : (
          formatQuantity(logSize, 'transaction')
        )}
      </Heading>
      <FilterBar />
      {isFiltered(filter) ? <IndexNotice /> : null}
      <div className="split audit" data-open={open !== null || isExporting}>
        <section className="pane master" aria-label="Transactions">
          {isFiltered(filter) ? <FilteredRows key={JSON.stringify(filter)} filter={filter} /> : <LogRows />}
        </section>
        <section className="pane detail" aria-label={isExporting ? 'Export' : 'Transaction'}>
          {isExporting ? (
            <ExportPane filter={filter} />
          ) : open !== null && isHash(open) ? (
            <TransactionView
              id={open}
              back={
                <a className="button quiet back" href={withQuery(location, { open: null })}>
                  ← All
                </a>
              }
            />
          ) : (
            <Empty title="Choose a transaction">
              What it did, who signed it, and the way to its proof show here. Arrow keys move in the list, Enter opens,
              Esc goes back.
            </Empty>
          )}
        </section>
      </div>
    </>
  );
}
