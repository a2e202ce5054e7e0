import type { AuditFilter } from '../../api/chain/audit.ts';
import { askedBlocks } from './asked-blocks.ts';
import { AuditMatch, type PlacedTransaction } from './audit-match.ts';
import { AuditSearch, type LogRange } from './audit-search.ts';
import { checkHistory } from './environment-history.ts';
import { IndexDifference } from './index-difference.ts';
import type { QueryContext } from './query-context.ts';
import { decodeStoredTransaction } from '../storage/stored-transaction.ts';

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
    const range = this.#askedRange(filter, before);
    if (range === null) return [];
    if (filter.text !== undefined) {
      const newest = this.#findNewest(filter, range, limit);
      if (newest.length === limit) return [...newest];
    }
    const found = this.#search.find(filter, range, limit);
    this.#assertSought(filter, found);
    return found;
  }

  count(filter: AuditFilter): { readonly count: number; readonly exact: boolean } {
    const range = this.#askedRange(filter, Number.MAX_SAFE_INTEGER);
    return range === null ? { count: 0, exact: true } : this.#search.count(filter, range);
  }

  /** Where in the log the blocks are that a filter asks for: a table is not gone through for what is before or behind them. */
  #askedRange(filter: AuditFilter, before: number): LogRange | null {
    const { chain } = this.#context;
    const blocks = askedBlocks(chain, filter, chain.height());
    if (blocks === null) return null;
    const end = Math.min(before, chain.block(blocks.to).header.log_size);
    return { begin: chain.block(blocks.from).firstLogIndex, end };
  }

  /**
   * Those of the newest few that are asked for. Words that most transactions have are found there at once; the index would first
   * gather every transaction that has one.
   */
  #findNewest(filter: AuditFilter, { begin, end }: LogRange, limit: number): readonly number[] {
    const newest = this.#newestFirst({ begin: Math.max(begin, end - NEWEST_TO_LIMIT * limit), end });
    return this.#match
      .sought(filter, newest)
      .slice(0, limit)
      .map(({ logIndex }) => logIndex);
  }

  /** A range of the log, read block by block. */
  #newestFirst({ begin, end }: LogRange): readonly PlacedTransaction[] {
    const { chain } = this.#context;
    const placed: PlacedTransaction[] = [];
    while (placed.length < end - begin) {
      const behind = end - placed.length;
      const height = chain.heightOfLogIndex(behind - 1);
      const block = chain.block(height);
      const first = Math.max(begin, block.firstLogIndex);
      const read = chain.transactionsOf(block, first, behind).map((bytes, place) => {
        const logIndex = first + place;
        return { height, logIndex, transaction: decodeStoredTransaction(bytes, logIndex) };
      });
      placed.push(...read.reverse());
    }
    return placed;
  }

  #placed(logIndex: number): PlacedTransaction {
    const { chain } = this.#context;
    return { height: chain.heightOfLogIndex(logIndex), logIndex, transaction: chain.transaction(logIndex) };
  }

  #assertSought(filter: AuditFilter, found: readonly number[]): void {
    const size = this.#context.chain.head().header.log_size;
    const there = found.filter((logIndex) => logIndex < size);
    const sought = new Set(
      this.#match
        .sought(
          filter,
          there.map((logIndex) => this.#placed(logIndex)),
        )
        .map(({ logIndex }) => logIndex),
    );
    const other = found.find((logIndex) => !sought.has(logIndex));
    if (other !== undefined) throw new IndexDifference(`transaction ${other} is not what it is filed under`);
  }
}

/** So many transactions are looked at for each row of a page before the index is asked for a word. */
const NEWEST_TO_LIMIT = 2;

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
