import type { ChainReader } from '../storage/chain-reader.ts';

/** What the blocks of an interval hold. */
export interface BlockCount {
  readonly blocks: number;
  readonly transactions: number;
}

/** How far the chain was at a moment: before its first block there was nothing. */
interface Reached {
  readonly blocks: number;
  readonly transactions: number;
}

const NOTHING: Reached = { blocks: 0, transactions: 0 };
/** A day of minutes and an hour of seconds, several times over. */
const KEPT_MAX = 4_096;

/** Throughput, counted from the blocks themselves: the same for every node, and the same after a restart. */
export class Throughput {
  readonly #chain: ChainReader;
  /** By moment. What is behind the newest block never changes. */
  readonly #kept = new Map<number, Reached>();

  constructor(chain: ChainReader) {
    this.#chain = chain;
  }

  /** Intervals from `from` on, oldest first; null for one that ended before the chain began. */
  intervals({
    from,
    intervalMs,
    count,
  }: {
    readonly from: number;
    readonly intervalMs: number;
    readonly count: number;
  }): (BlockCount | null)[] {
    const begin = this.#chain.block(0).header.timestamp;
    let before = this.#reached(from - 1, begin);
    return Array.from({ length: count }, (_, index) => {
      const end = from + (index + 1) * intervalMs - 1;
      const after = this.#reached(end, begin);
      const counted = {
        blocks: after.blocks - before.blocks,
        transactions: after.transactions - before.transactions,
      };
      before = after;
      return end < begin ? null : counted;
    });
  }

  /** Transactions in blocks since a moment. */
  since(time: number): number {
    const begin = this.#chain.block(0).header.timestamp;
    return this.#chain.head().header.log_size - this.#reached(time, begin).transactions;
  }

  #reached(time: number, begin: number): Reached {
    if (time < begin) return NOTHING;
    const known = this.#kept.get(time);
    if (known !== undefined) return known;
    const height = this.#chain.heightAtTime(time);
    const reached = { blocks: height + 1, transactions: this.#chain.block(height).header.log_size };
    if (height < this.#chain.height()) {
      if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
      this.#kept.set(time, reached);
    }
    return reached;
  }
}
