import { defined } from '../../base/assert.ts';
import { equalBytes } from '../../base/bytes.ts';
import { encodeStatePage, type StatePage } from '../../ledger/state/page.ts';
import type { StateStore, StateValue } from '../../ledger/state/tree.ts';
import type { StateRows } from '../storage/state-rows.ts';

/** The stored state below a block, and in memory what executing that block appends to it. */
export class ReplayedRows implements StateStore {
  readonly #rows: StateRows;
  /** The ids of the first page and value that the block appends. */
  readonly #first: { readonly page: number; readonly value: number };
  readonly #pages: StatePage[] = [];
  readonly #values: StateValue[] = [];

  constructor(rows: StateRows, first: { readonly page: number; readonly value: number }) {
    this.#rows = rows;
    this.#first = first;
  }

  get counts(): { readonly pages: number; readonly values: number } {
    return { pages: this.#pages.length, values: this.#values.length };
  }

  page(id: number): StatePage {
    return id < this.#first.page ? this.#rows.page(id) : defined(this.#pages[id - this.#first.page], 'a replayed page');
  }

  appendPage(page: StatePage): number {
    return this.#first.page + this.#pages.push(page) - 1;
  }

  value(id: number): StateValue {
    return id < this.#first.value
      ? this.#rows.value(id)
      : defined(this.#values[id - this.#first.value], 'a replayed value');
  }

  appendValue(value: StateValue): number {
    return this.#first.value + this.#values.push(value) - 1;
  }

  /** The first row that is stored otherwise than the block makes it. */
  difference(): string | null {
    for (const [offset, page] of this.#pages.entries()) {
      const id = this.#first.page + offset;
      const stored = this.#rows.pageBytes(id);
      if (stored === undefined || !equalBytes(stored, encodeStatePage(page))) return `state page ${id}`;
    }
    for (const [offset, { key, value }] of this.#values.entries()) {
      const id = this.#first.value + offset;
      const stored = this.#rows.valueRow(id);
      if (stored?.key !== key || !equalBytes(stored.value, value)) return `state value ${id}`;
    }
    return null;
  }
}
