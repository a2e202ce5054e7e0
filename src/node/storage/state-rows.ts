import type Database from 'better-sqlite3';
import { QuantumLockError } from '../../base/errors.ts';
import { STATE_PAGE_CACHE_COUNT_MAX } from '../../base/limits.ts';
import { decodeStatePage, encodeStatePage, type StatePage } from '../../ledger/state/page.ts';
import type { StateStore, StateValue } from '../../ledger/state/tree.ts';

/**
 * A bounded map that forgets what was not used for long: in two halves, of which the older is forgotten when the newer is
 * full. To keep the exact order of use costs two changes of a large map at each look.
 */
export class RecentCache<Value> {
  #newer = new Map<number, Value>();
  #older = new Map<number, Value>();
  readonly #halfCount: number;

  constructor(countMax: number) {
    this.#halfCount = Math.max(1, Math.floor(countMax / 2));
  }

  get(id: number): Value | undefined {
    const value = this.#newer.get(id);
    if (value !== undefined) return value;
    const older = this.#older.get(id);
    if (older !== undefined) this.set(id, older);
    return older;
  }

  set(id: number, value: Value): void {
    this.#newer.set(id, value);
    if (this.#newer.size <= this.#halfCount) return;
    this.#older = this.#newer;
    this.#newer = new Map();
  }

  /** Forgets everything from `id` on. */
  deleteFrom(id: number): void {
    for (const half of [this.#newer, this.#older]) for (const key of half.keys()) if (key >= id) half.delete(key);
  }
}

interface ValueRow {
  readonly key: string;
  readonly value: Uint8Array;
}

const VALUE_CACHE_COUNT_MAX = 8_192;

/** State pages and values as rows of chain.db. Appends happen inside the block's transaction. */
export class StateRows implements StateStore {
  readonly #readPage: Database.Statement<[number], Uint8Array>;
  readonly #readValue: Database.Statement<[number], ValueRow>;
  readonly #writePage: Database.Statement<[number, Uint8Array]> | null;
  readonly #writeValue: Database.Statement<[number, string, Uint8Array]> | null;
  readonly #lastPage: Database.Statement<[], number | null>;
  readonly #lastValue: Database.Statement<[], number | null>;
  readonly #pages: RecentCache<StatePage>;
  readonly #values = new RecentCache<StateValue>(VALUE_CACHE_COUNT_MAX);
  #nextPage: number;
  #nextValue: number;
  #keptPage: number;
  #keptValue: number;

  constructor(database: Database.Database, options: { readonly writable: boolean; readonly pageCacheCount?: number }) {
    this.#pages = new RecentCache(options.pageCacheCount ?? STATE_PAGE_CACHE_COUNT_MAX);
    this.#readPage = database.prepare<[number], Uint8Array>('SELECT bytes FROM state_pages WHERE id = ?').pluck();
    this.#readValue = database.prepare<[number], ValueRow>('SELECT key, value FROM state_values WHERE id = ?');
    this.#writePage = options.writable ? database.prepare('INSERT INTO state_pages (id, bytes) VALUES (?, ?)') : null;
    this.#writeValue = options.writable
      ? database.prepare('INSERT INTO state_values (id, key, value) VALUES (?, ?, ?)')
      : null;
    this.#lastPage = database.prepare<[], number | null>('SELECT max(id) FROM state_pages').pluck();
    this.#lastValue = database.prepare<[], number | null>('SELECT max(id) FROM state_values').pluck();
    // Who only reads appends nothing: a damaged table is met where a row of it is read, and keeps no other from being read.
    const { pages, values } = options.writable ? this.latestCounts() : { pages: 0, values: 0 };
    this.#nextPage = this.#keptPage = pages + 1;
    this.#nextValue = this.#keptValue = values + 1;
  }

  page(id: number): StatePage {
    const cached = this.#pages.get(id);
    if (cached !== undefined) return cached;
    const bytes = this.#readPage.get(id);
    if (bytes === undefined)
      throw new QuantumLockError('STORAGE_CORRUPT', `state page ${id} is missing`, { context: { page: id } });
    const page = decodeStatePage(bytes);
    this.#pages.set(id, page);
    return page;
  }

  appendPage(page: StatePage): number {
    const id = this.#nextPage;
    if (this.#writePage === null) throw new QuantumLockError('STORAGE_FAILED', 'the state is open for reading only');
    this.#writePage.run(id, encodeStatePage(page));
    this.#nextPage++;
    this.#pages.set(id, page);
    return id;
  }

  value(id: number): StateValue {
    const cached = this.#values.get(id);
    if (cached !== undefined) return cached;
    const row = this.#readValue.get(id);
    if (row === undefined)
      throw new QuantumLockError('STORAGE_CORRUPT', `state value ${id} is missing`, { context: { value: id } });
    this.#values.set(id, row);
    return row;
  }

  appendValue(value: StateValue): number {
    const id = this.#nextValue;
    if (this.#writeValue === null) throw new QuantumLockError('STORAGE_FAILED', 'the state is open for reading only');
    this.#writeValue.run(id, value.key, value.value);
    this.#nextValue++;
    this.#values.set(id, value);
    return id;
  }

  /** As they are stored: what was written is checked against what ought to have been. */
  pageBytes(id: number): Uint8Array | undefined {
    return this.#readPage.get(id);
  }

  valueRow(id: number): StateValue | undefined {
    return this.#readValue.get(id);
  }

  /** How many rows there are of each, for who writes them: ids are given without a gap. */
  get counts(): { readonly pages: number; readonly values: number } {
    return { pages: this.#nextPage - 1, values: this.#nextValue - 1 };
  }

  /** As {@link counts}, of the database as it is now: another connection may have written meanwhile. */
  latestCounts(): { readonly pages: number; readonly values: number } {
    return { pages: this.#lastPage.get() ?? 0, values: this.#lastValue.get() ?? 0 };
  }

  /** The block is on disk: what was appended stays. */
  keep(): void {
    this.#keptPage = this.#nextPage;
    this.#keptValue = this.#nextValue;
  }

  /** The block was rolled back: forgets what was appended since the last `keep`. */
  forget(): void {
    if (this.#nextPage !== this.#keptPage) this.#pages.deleteFrom(this.#keptPage);
    if (this.#nextValue !== this.#keptValue) this.#values.deleteFrom(this.#keptValue);
    this.#nextPage = this.#keptPage;
    this.#nextValue = this.#keptValue;
  }
}
