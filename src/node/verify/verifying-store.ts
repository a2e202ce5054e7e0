import type Database from 'better-sqlite3';
import { QuantumLockError } from '../../base/errors.ts';
import { encodeStatePage, type StatePage } from '../../ledger/state/page.ts';
import type { StateStore, StateValue } from '../../ledger/state/tree.ts';
import { RecentCache } from '../storage/state-rows.ts';

const PAGE_CACHE_COUNT = 30_000;
const VALUE_CACHE_COUNT = 30_000;
const ROWS_PER_READ = 256;

/**
 * A state store that writes nothing: what a replay would append is checked against the row that is there. Since ids are
 * given in order, a replay from genesis goes over every row once.
 */
export class VerifyingStore implements StateStore {
  readonly #page: Database.Statement<[number], Uint8Array>;
  readonly #value: Database.Statement<[number], { readonly key: string; readonly value: Uint8Array }>;
  readonly #pageRows: RowsInOrder<[number, Uint8Array]>;
  readonly #valueRows: RowsInOrder<[number, string, Uint8Array]>;
  readonly #pages = new RecentCache<StatePage>(PAGE_CACHE_COUNT);
  readonly #values = new RecentCache<StateValue>(VALUE_CACHE_COUNT);
  readonly #decode: (bytes: Uint8Array) => StatePage;
  pages = 0;
  values = 0;

  constructor(database: Database.Database, decode: (bytes: Uint8Array) => StatePage) {
    this.#decode = decode;
    this.#page = database.prepare<[number], Uint8Array>('SELECT bytes FROM state_pages WHERE id = ?').pluck();
    this.#value = database.prepare('SELECT key, value FROM state_values WHERE id = ?');
    this.#pageRows = new RowsInOrder(database, 'SELECT id, bytes FROM state_pages WHERE id >= ? ORDER BY id LIMIT ?');
    this.#valueRows = new RowsInOrder(
      database,
      'SELECT id, key, value FROM state_values WHERE id >= ? ORDER BY id LIMIT ?',
    );
  }

  page(id: number): StatePage {
    const cached = this.#pages.get(id);
    if (cached !== undefined) return cached;
    const bytes = this.#page.get(id);
    if (bytes === undefined) throw damaged(`state page ${id}`, 'is missing');
    const page = this.#decode(bytes);
    this.#pages.set(id, page);
    return page;
  }

  appendPage(page: StatePage): number {
    const id = ++this.pages;
    const stored = this.#pageRows.take(id);
    if (stored === undefined) throw damaged(`state page ${id}`, 'is missing');
    if (Buffer.compare(stored[1], encodeStatePage(page)) !== 0)
      throw damaged(`state page ${id}`, 'is not what the transactions give');
    this.#pages.set(id, page);
    return id;
  }

  value(id: number): StateValue {
    const cached = this.#values.get(id);
    if (cached !== undefined) return cached;
    const stored = this.#value.get(id);
    if (stored === undefined) throw damaged(`state value ${id}`, 'is missing');
    this.#values.set(id, stored);
    return stored;
  }

  appendValue(value: StateValue): number {
    const id = ++this.values;
    const stored = this.#valueRows.take(id);
    if (stored === undefined) throw damaged(`state value ${id}`, 'is missing');
    if (stored[1] !== value.key || Buffer.compare(stored[2], value.value) !== 0)
      throw damaged(`state value ${id}`, 'is not what the transactions give');
    this.#values.set(id, value);
    return id;
  }
}

/** Rows that are met in the order of their ids, read many at a time. */
class RowsInOrder<Row extends readonly [number, ...unknown[]]> {
  readonly #select: Database.Statement<[number, number], Row>;
  #rows: readonly Row[] = [];
  #place = 0;

  constructor(database: Database.Database, sql: string) {
    this.#select = database.prepare<[number, number], Row>(sql).raw();
  }

  /** Undefined where there is none with that id, which is greater than the last. */
  take(id: number): Row | undefined {
    if (this.#place === this.#rows.length) {
      this.#rows = this.#select.all(id, ROWS_PER_READ);
      this.#place = 0;
    }
    const row = this.#rows[this.#place];
    if (row === undefined || row[0] !== id) return undefined;
    this.#place += 1;
    return row;
  }
}

/** A finding: the place is in the context, so that it can be named. */
export function damaged(place: string, message: string): QuantumLockError {
  return new QuantumLockError('CHAIN_INVALID', `${place} ${message}`, { context: { place } });
}
