import type { AuditFilter } from '../../api/chain/audit.ts';
import { AuditMatch } from './audit-match.ts';
import { AuditSearch } from './audit-search.ts';
import { checkHistory } from './environment-history.ts';
import { IndexDifference } from './index-difference.ts';
import type { QueryContext } from './query-context.ts';

/**
 * What the index found, checked against the chain: each transaction is one that was asked for, and an environment's
 * history is whole.
 */
export class CheckedAudit {
  readonly #context: QueryContext;
  readonly #search: AuditSearch;
  readonly #match: AuditMatch;

  constructor(context: QueryContext) {
    this.#context = context;
    this.#search = new AuditSearch(context.index);
    this.#match = new AuditMatch(context.chain);
  }

  /** Log indexes below `before`, newest first. @throws IndexDifference, STORAGE_CORRUPT */
  find(filter: AuditFilter, before: number, limit: number): number[] {
    const { env_id: envId, ...others } = filter;
    if (envId !== undefined && Object.values(others).every((value) => value === undefined)) {
      return [...findHistory(this.#context, { envId, before, limit }).found];
    }
    const found = this.#search.find(filter, before, limit);
    for (const logIndex of found) this.#assertSought(filter, logIndex);
    return found;
  }

  count(filter: AuditFilter): { readonly count: number; readonly exact: boolean } {
    return this.#search.count(filter);
  }

  #assertSought(filter: AuditFilter, logIndex: number): void {
    const { chain } = this.#context;
    const isThere = logIndex < chain.head().header.log_size;
    const height = isThere ? chain.heightOfLogIndex(logIndex) : 0;
    if (!isThere || !this.#match.isSought(filter, height, { logIndex, transaction: chain.transaction(logIndex) }))
      throw new IndexDifference(`transaction ${logIndex} is not what it is filed under`);
  }
}

/** The transactions that changed an environment, newest first: all of them below `before`, at most `limit`. @throws IndexDifference */
export function findHistory(
  { index, chain }: QueryContext,
  { envId, before, limit }: { readonly envId: string; readonly before: number; readonly limit: number },
): { readonly found: readonly number[]; readonly height: number } {
  const counter = index.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck();
  const touches = index
    .prepare<[string, number, number], number>(
      'SELECT log_index FROM touches WHERE env_id = ? AND log_index < ? ORDER BY log_index DESC LIMIT ?',
    )
    .pluck();
  // Another process may take the index further meanwhile.
  const { height, found, end } = index.transaction(() => {
    const indexed = Math.min(counter.get('indexed_height') ?? -1, chain.height());
    const last = indexed < 0 ? 0 : Math.min(before, chain.block(indexed).header.log_size);
    return { height: indexed, end: last, found: touches.all(envId, last, limit) };
  })();
  if (height < 0) return { found: [], height };
  checkHistory(chain, {
    envId,
    height,
    before: end,
    found,
    isToItsBeginning: found.length < limit,
  });
  return { found, height };
}
