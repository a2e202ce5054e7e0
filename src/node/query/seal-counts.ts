import { GENESIS_PREVIOUS_HASH, headerHash } from '../../ledger/blocks/block.ts';
import { misfit } from '../storage/block-check.ts';
import type { ChainReader } from '../storage/chain-reader.ts';

export interface SealCount {
  readonly blocks: number;
  /** Time of its newest block, Unix milliseconds. */
  readonly newest: number;
}

/** Between two looks at the clock. */
const BLOCKS_AT_ONCE = 64;

/**
 * Counts the blocks that each validator sealed, from the headers themselves: from genesis to the newest, each hashed
 * and checked against the next. It does not report what it has not counted to the end.
 */
export class SealCounts {
  readonly #chain: ChainReader;
  readonly #counts = new Map<string, SealCount>();
  #height = -1;
  #hash: string = GENESIS_PREVIOUS_HASH;
  #logSize = 0;

  constructor(chain: ChainReader) {
    this.#chain = chain;
  }

  /** Takes further headers in, for about `budgetMs`. Returns whether there is more to do. @throws STORAGE_CORRUPT */
  advance(budgetMs: number): boolean {
    const newest = this.#chain.height();
    const end = performance.now() + budgetMs;
    while (this.#height < newest) {
      for (let count = 0; count < BLOCKS_AT_ONCE && this.#height < newest; count++) this.#add(this.#height + 1);
      if (performance.now() >= end) break;
    }
    return this.#height < newest;
  }

  #add(height: number): void {
    const { header, hash, firstLogIndex } = this.#chain.uncheckedBlock(height);
    const own = headerHash(header, this.#chain.chain());
    if (own !== hash) throw misfit(`block ${height}`, 'does not match its hash');
    if (header.index !== height || header.previous_hash !== this.#hash || firstLogIndex !== this.#logSize)
      throw misfit(`block ${height}`, 'does not follow the block before it');
    const before = this.#counts.get(header.validator);
    this.#counts.set(header.validator, { blocks: (before?.blocks ?? 0) + 1, newest: header.timestamp });
    this.#hash = own;
    this.#logSize = header.log_size;
    this.#height = height;
  }

  /** Null as long as not every block is counted. */
  of(validatorId: string): SealCount | null {
    if (this.#height < this.#chain.height()) return null;
    return this.#counts.get(validatorId) ?? { blocks: 0, newest: 0 };
  }
}
