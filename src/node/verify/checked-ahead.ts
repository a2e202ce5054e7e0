import type Database from 'better-sqlite3';
import { VERIFY_BATCH_TRANSACTIONS_MAX } from '../../base/limits.ts';
import type { Verified, VerifyPool } from '../engine/verify-pool.ts';

/** Batches that are read and not yet taken, for each thread: one that it checks, and one that waits for it meanwhile. */
const BATCHES_PER_THREAD = 2;

interface Batch {
  readonly bytes: readonly Uint8Array[];
  readonly checking: Promise<readonly Verified[]>;
  taken: number;
}

export interface CheckedTransactions {
  readonly bytes: readonly Uint8Array[];
  readonly checked: readonly Verified[];
}

/** The stored transactions in their order, checked on other threads ahead of who takes them, whatever block they are of. */
export class CheckedAhead {
  readonly #pool: VerifyPool;
  readonly #select: Database.Statement<[number, number], [number, Uint8Array]>;
  readonly #batches: Batch[] = [];
  /** The next one to be read. */
  #next = 0;
  /** Nothing is stored at `#next`: the chain ends there, or a row is missing. */
  #isAtEnd = false;

  constructor(database: Database.Database, pool: VerifyPool) {
    this.#pool = pool;
    this.#select = database
      .prepare<[number, number], [number, Uint8Array]>(
        'SELECT log_index, bytes FROM transactions WHERE log_index >= ? AND log_index < ? ORDER BY log_index',
      )
      .raw();
  }

  /** The next ones; fewer where one of them is not stored. */
  async take(count: number): Promise<CheckedTransactions> {
    const bytes: Uint8Array[] = [];
    const checked: Verified[] = [];
    while (bytes.length < count) {
      this.#readAhead();
      const batch = this.#batches[0];
      if (batch === undefined) break;
      const all = await batch.checking;
      const end = Math.min(all.length, batch.taken + count - bytes.length);
      for (; batch.taken < end; batch.taken++) {
        bytes.push(batch.bytes[batch.taken] as Uint8Array);
        checked.push(all[batch.taken] as Verified);
      }
      if (batch.taken === all.length) this.#batches.shift();
    }
    // The threads have work while these are executed.
    this.#readAhead();
    return { bytes, checked };
  }

  #readAhead(): void {
    while (!this.#isAtEnd && this.#batches.length < this.#pool.threads * BATCHES_PER_THREAD + 1) {
      const bytes: Uint8Array[] = [];
      for (const [logIndex, row] of this.#select.all(this.#next, this.#next + VERIFY_BATCH_TRANSACTIONS_MAX)) {
        if (logIndex !== this.#next + bytes.length) break;
        bytes.push(row);
      }
      this.#isAtEnd = bytes.length < VERIFY_BATCH_TRANSACTIONS_MAX;
      this.#next += bytes.length;
      if (bytes.length === 0) return;
      const checking = this.#pool.verify(bytes);
      // Told to who takes them.
      checking.catch(() => undefined);
      this.#batches.push({ bytes, checking, taken: 0 });
    }
  }
}
