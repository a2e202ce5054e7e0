import { useEffect, useEffectEvent, useRef, useState } from 'react';

import type { AuditFilter, AuditPage } from '../../../src/api/chain/audit.ts';
import type { TransactionRow } from '../../../src/api/chain/transactions.ts';
import { describeProblem, type Problem } from '../../bridge/problem.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';

export const FILTER_PAGE_ROWS = 200;

interface Loaded {
  readonly rows: readonly TransactionRow[];
  readonly nextBefore: number | null;
}

export interface FilteredReading {
  readonly rows: readonly TransactionRow[];
  readonly more: boolean;
  readonly loading: boolean;
  readonly problem: Problem | undefined;
  /** Matching rows that arrived after the newest one shown. */
  readonly fresh: number;
  readonly readMore: () => void;
  readonly showFresh: () => void;
  readonly reload: () => void;
}

/** The transactions that match a filter, as far as the person scrolled. Mounted again for each filter. */
export function useFilteredRows(filter: AuditFilter): FilteredReading {
  const { client, reads } = useServices();
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [moreProblem, setMoreProblem] = useState<Problem>();
  const readingMore = useRef(false);
  const newest = useRead(reads.chain.audit.queryOptions({ input: { filter, limit: FILTER_PAGE_ROWS } }));
  const takeFirst = useEffectEvent((page: AuditPage | undefined) => {
    if (page !== undefined && (loaded === null || loaded.rows.length === 0)) setLoaded(pageAsLoaded(page));
  });
  useEffect(() => takeFirst(newest.data), [newest.data]);

  const readMore = (): void => {
    if (loaded === null || loaded.nextBefore === null || readingMore.current) return;
    const before = loaded.nextBefore;
    readingMore.current = true;
    setMoreProblem(undefined);
    client.chain
      .audit({ filter, before_log_index: before, limit: FILTER_PAGE_ROWS })
      .then(
        (page) =>
          setLoaded((last) =>
            last === null || last.nextBefore !== before
              ? last
              : { rows: [...last.rows, ...page.rows], nextBefore: page.next_before },
          ),
        (error: unknown) => setMoreProblem(describeProblem(error)),
      )
      .finally(() => {
        readingMore.current = false;
      });
  };
  const top = loaded?.rows[0]?.log_index ?? -1;
  return {
    rows: loaded?.rows ?? [],
    more: loaded !== null && loaded.nextBefore !== null,
    loading: loaded === null && newest.loading,
    problem: moreProblem ?? newest.problem,
    fresh: loaded === null || top < 0 ? 0 : (newest.data?.rows.filter((row) => row.log_index > top).length ?? 0),
    readMore,
    showFresh: () => {
      if (newest.data !== undefined) setLoaded(pageAsLoaded(newest.data));
    },
    reload: () => {
      setMoreProblem(undefined);
      newest.reload();
      readMore();
    },
  };
}

function pageAsLoaded(page: AuditPage): Loaded {
  return { rows: page.rows, nextBefore: page.next_before };
}
