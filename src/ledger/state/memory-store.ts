import { QuantumLockError } from '../../base/errors.ts';
import type { StatePage } from './page.ts';
import type { StateStore, StateValue } from './tree.ts';

/** State in memory: for replay in the page, for simulation, and for tests. */
export class MemoryStateStore implements StateStore {
  readonly #pages: StatePage[] = [];
  readonly #values: StateValue[] = [];

  page(id: number): StatePage {
    const page = this.#pages[id - 1];
    if (page === undefined) throw new QuantumLockError('STORAGE_CORRUPT', `state page ${id} is missing`);
    return page;
  }

  appendPage(page: StatePage): number {
    return this.#pages.push(page);
  }

  value(id: number): StateValue {
    const value = this.#values[id - 1];
    if (value === undefined) throw new QuantumLockError('STORAGE_CORRUPT', `state value ${id} is missing`);
    return value;
  }

  appendValue(value: StateValue): number {
    return this.#values.push(value);
  }
}
