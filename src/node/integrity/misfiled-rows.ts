import { decodeHeader } from '../../ledger/blocks/block.ts';
import type { StoredRows } from './own-rows.ts';
import type { RowCopy } from './row-copy.ts';

/**
 * Rows of chain.db under keys that no block of the chain has: a key was changed, or they were planted. Those whose content fits a
 * place in the chain are taken for it; what is left over belongs to nothing.
 */
export class MisfiledRows implements RowCopy {
  readonly name = 'chain.db, where they stood under another key';
  readonly #own: StoredRows;
  readonly #blocks: readonly number[];
  readonly #transactions: readonly number[];

  /** `end`: of what the chain has, first height and first log index behind it. */
  constructor(own: StoredRows, end: { readonly height: number; readonly logSize: number }) {
    this.#own = own;
    this.#blocks = own.beyond('blocks', end.height);
    this.#transactions = own.beyond('transactions', end.logSize);
  }

  /** How many there are. */
  get count(): number {
    return this.#blocks.length + this.#transactions.length;
  }

  /** The first of them, as a report names it. */
  get first(): string | null {
    const [block] = this.#blocks;
    const [transaction] = this.#transactions;
    if (block !== undefined) return `block ${block}`;
    return transaction === undefined ? null : `transaction ${transaction}`;
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

  #keyOf(height: number): number | null {
    return this.#blocks.find((key) => indexIn(this.#own.header(key)) === height) ?? null;
  }
}

function indexIn(text: string | null): number | null {
  try {
    return text === null ? null : decodeHeader(text).index;
  } catch {
    // No header: it is filed for nothing.
    return null;
  }
}
