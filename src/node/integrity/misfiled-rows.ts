import { decodeHeader } from '../../ledger/blocks/block.ts';
import type { FittingRows } from './fitting-rows.ts';
import type { StoredRows } from './own-rows.ts';
import type { RowCopy } from './row-copy.ts';

/**
 * Rows of chain.db under keys that no block of the chain has: a key was changed, or they were planted. Those whose content fits a
 * place in the chain are taken for it; what is left over belongs to nothing.
 */
export class MisfiledRows implements RowCopy {
  readonly name = 'chain.db, where they stood under another key';
  readonly #own: StoredRows;
  readonly #blocks: readonly bigint[];
  readonly #transactions: readonly bigint[];

  /** `end`: of what the chain has, first height and first log index behind it. */
  constructor(own: StoredRows, end: { readonly height: number; readonly logSize: number }) {
    this.#own = own;
    this.#blocks = own.beyond('blocks', end.height);
    this.#transactions = own.beyond('transactions', end.logSize);
  }

  /** Whether each of them is a row that the chain lacked in its place, and not one that was planted. */
  areExplainedBy(rows: Pick<FittingRows, 'isFilledWith'>): boolean {
    return (
      this.#blocks.every((key) => isFilled(rows, this.#own.header(key))) &&
      this.#transactions.every((key) => isFilled(rows, this.#own.transaction(key)))
    );
  }

  header(height: number): string | null {
    const key = this.#keyOf(height);
    return key === null ? null : this.#own.header(key);
  }

  proof(height: number): string | null {
    const key = this.#keyOf(height);
    return key === null ? null : this.#own.proof(key);
  }

  /** Where there is one alone, it is offered for every place that lacks its own. */
  transaction(): Uint8Array | null {
    const [key, ...others] = this.#transactions;
    return key === undefined || others.length > 0 ? null : this.#own.transaction(key);
  }

  #keyOf(height: number): bigint | null {
    return this.#blocks.find((key) => indexIn(this.#own.header(key)) === height) ?? null;
  }
}

function isFilled(rows: Pick<FittingRows, 'isFilledWith'>, value: string | Uint8Array | null): boolean {
  return value !== null && rows.isFilledWith(value);
}

function indexIn(text: string | null): number | null {
  try {
    return text === null ? null : decodeHeader(text).index;
  } catch {
    // No header: it is filed for nothing.
    return null;
  }
}
