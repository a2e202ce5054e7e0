import type Database from 'better-sqlite3';
import { isDamage } from '../data-directory/storage-errors.ts';
import { IS_FINAL_SQL } from '../storage/final-blocks.ts';
import type { RowCopy } from './row-copy.ts';

/** What a row is filed under: damaged, it may be any integer of 64 bits. */
type RowKey = number | bigint;

/** The rows of a chain.db as they are stored, whatever they say. */
export interface StoredRows extends RowCopy {
  header(height: RowKey): string | null;
  proof(height: RowKey): string | null;
  transaction(logIndex: RowKey): Uint8Array | null;
  /** Whether a row says that its block is part of the chain, and not decided alone. */
  isFinal(height: number): boolean;
  /** Keys of a table below 0 or from `end` on: no block of a chain that ends there has them. */
  beyond(table: 'blocks' | 'transactions', end: number): readonly bigint[];
}

/** Of a file that cannot be opened any more. */
export const NO_ROWS: StoredRows = {
  name: 'chain.db',
  header: () => null,
  proof: () => null,
  transaction: () => null,
  isFinal: () => false,
  beyond: () => [],
};

/**
 * The rows of a damaged chain.db that follow from no others: headers, proofs and transactions, as they are stored. What cannot be
 * read, or is not of its type, is not there. Nothing of it is believed.
 */
export class OwnRows implements StoredRows {
  readonly name = 'chain.db';
  readonly #database: Database.Database;
  readonly #header: Database.Statement<[RowKey], unknown>;
  readonly #proof: Database.Statement<[RowKey], unknown>;
  readonly #transaction: Database.Statement<[RowKey], unknown>;
  readonly #isFinal: Database.Statement<[number], unknown>;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#header = database.prepare<[RowKey], unknown>('SELECT header FROM blocks WHERE height = ?').pluck();
    this.#proof = database.prepare<[RowKey], unknown>('SELECT proof FROM blocks WHERE height = ?').pluck();
    this.#transaction = database
      .prepare<[RowKey], unknown>('SELECT bytes FROM transactions WHERE log_index = ?')
      .pluck();
    this.#isFinal = database.prepare<[number], unknown>(`SELECT ${IS_FINAL_SQL} FROM blocks WHERE height = ?`).pluck();
  }

  header(height: RowKey): string | null {
    return textOf(readable(() => this.#header.get(height)));
  }

  /** Null too for a block that waits for its seal. */
  proof(height: RowKey): string | null {
    return textOf(readable(() => this.#proof.get(height)));
  }

  transaction(logIndex: RowKey): Uint8Array | null {
    const value = readable(() => this.#transaction.get(logIndex));
    return value instanceof Uint8Array ? value : null;
  }

  isFinal(height: number): boolean {
    return readable(() => this.#isFinal.get(height)) === 1;
  }

  beyond(table: 'blocks' | 'transactions', end: number): readonly bigint[] {
    const key = table === 'blocks' ? 'height' : 'log_index';
    return (
      readable(() =>
        this.#database
          .prepare<[number, number], bigint>(`SELECT ${key} FROM ${table} WHERE ${key} < 0 OR ${key} >= ? LIMIT ?`)
          .pluck()
          .safeIntegers()
          .all(end, STRAYS_MAX),
      ) ?? []
    );
  }
}

/** More rows than this beside the chain are no flipped key. */
const STRAYS_MAX = 10_000;

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Undefined where SQLite cannot read the page. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return undefined;
  }
}
