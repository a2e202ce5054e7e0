import type { BlockEvent, BlockEvents, FollowedEvent, FollowInput } from '../../api/chain/events.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { EVENT_PAGES_KEPT, EVENT_PAGE_TRANSACTIONS, FOLLOWERS_MAX } from '../../base/limits.ts';

type Health = Extract<FollowedEvent, { kind: 'health' }>;

export interface FeedSource {
  /** The newest final block. */
  readonly height: () => number;
  /** What a block did, from the blocks as they are stored. */
  readonly read: (page: {
    readonly index: number;
    readonly offset: number;
    readonly limit: number;
  }) => Promise<BlockEvents>;
}

interface Place {
  readonly block: number;
  /** Of the transaction in its block, from 1; 0 is the block itself. */
  readonly step: number;
  readonly part: number;
}

/**
 * Hands the chain's events to subscribers, each at its own pace. Nothing is queued for anybody: a subscriber has a place in the
 * chain, and what comes behind it is read from the stored blocks when it asks. So one that stalls costs nobody anything, and one
 * that comes back continues where it was. Pages that were read are kept for a while, since most subscribers are at the end.
 */
export class ChainFeed {
  readonly #source: FeedSource;
  readonly #pages = new Map<string, Promise<BlockEvents>>();
  readonly #waiting = new Set<() => void>();
  #followers = 0;
  #health: Health | null = null;
  #isClosed = false;

  constructor(source: FeedSource) {
    this.#source = source;
  }

  /** A block is final. */
  noteBlock(): void {
    this.#wake();
  }

  /** How the node is now; what is as it was is not told again. */
  noteHealth({ health, alerts }: Pick<Health, 'health' | 'alerts'>): void {
    const next: Health = { kind: 'health', type: 'health', cursor: null, health, alerts };
    if (JSON.stringify(next) === JSON.stringify(this.#health)) return;
    this.#health = next;
    this.#wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Until the signal aborts or the feed closes. @throws INPUT_INVALID, NODE_BUSY, STORAGE_CORRUPT */
  async *follow(input: FollowInput, signal: AbortSignal | undefined): AsyncGenerator<FollowedEvent, void, undefined> {
    if (this.#followers >= FOLLOWERS_MAX)
      throw new QuantumLockError('NODE_BUSY', `there are ${FOLLOWERS_MAX} subscribers already`);
    let last = this.#beginOf(input);
    const types = input.types === undefined ? null : new Set<string>(input.types);
    let health: Health | null = null;
    this.#followers += 1;
    const isOver = (): boolean => this.#isClosed || signal?.aborted === true;
    try {
      while (!isOver()) {
        // Before anything is read: what comes meanwhile is then not slept through.
        const change = this.#nextChange(signal);
        for await (const event of this.#behind(last)) {
          if (isOver()) return;
          last = placeOf(event);
          if (types?.has(event.type) !== false) yield event;
        }
        if (this.#health !== null && this.#health !== health) {
          health = this.#health;
          if (types?.has('health') !== false) yield health;
        }
        await change;
      }
    } finally {
      this.#followers -= 1;
    }
  }

  /** @throws INPUT_INVALID where the chain has not come so far */
  #beginOf({ after, from_block: from }: FollowInput): Place {
    const height = this.#source.height();
    if (after === undefined && from === undefined) return endOf(height);
    const place = after === undefined ? endOf((from ?? 0) - 1) : parse(after);
    if (place.block <= height) return place;
    throw new QuantumLockError('INPUT_INVALID', `the chain has no block ${place.block} yet, its newest is ${height}`, {
      advice:
        'The cursor is of another chain, or of a part of this one that is gone. Compare the chain with a trust file.',
    });
  }

  /** What is stored behind a place now. */
  async *#behind(last: Place): AsyncGenerator<BlockEvent, void, undefined> {
    for (let index = Math.max(0, last.block); index <= this.#source.height(); index++) {
      if (index === last.block && last.step === Infinity) continue;
      // The transaction itself is read again: it may have more parts.
      const passed = index === last.block ? Math.max(0, last.step - 1) : 0;
      for (let offset: number | null = passed - (passed % EVENT_PAGE_TRANSACTIONS); offset !== null;) {
        const page: BlockEvents = await this.#page(index, offset);
        for (const event of page.events) if (isBehind(placeOf(event), last)) yield event;
        offset = page.next_offset;
      }
    }
  }

  #page(index: number, offset: number): Promise<BlockEvents> {
    const key = `${index}.${offset}`;
    const kept = this.#pages.get(key);
    if (kept !== undefined) return kept;
    const page = this.#source.read({ index, offset, limit: EVENT_PAGE_TRANSACTIONS });
    this.#pages.set(key, page);
    // What failed is tried again by the next who asks.
    page.catch(() => this.#pages.delete(key));
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= EVENT_PAGES_KEPT) break;
      this.#pages.delete(oldest);
    }
    return page;
  }

  #nextChange(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#waiting.delete(settle);
        signal?.removeEventListener('abort', settle);
        resolve();
      };
      this.#waiting.add(settle);
      signal?.addEventListener('abort', settle, { once: true });
    });
  }

  #wake(): void {
    for (const settle of this.#waiting) settle();
  }
}

/** Behind everything that a block did. */
function endOf(block: number): Place {
  return { block, step: Infinity, part: Infinity };
}

function placeOf({ cursor }: BlockEvent): Place {
  return parse(cursor);
}

function parse(cursor: string): Place {
  const [block = 0, step = 0, part = 0] = cursor.split('.').map(Number);
  return { block, step, part };
}

function isBehind(place: Place, last: Place): boolean {
  if (place.block !== last.block) return place.block > last.block;
  return place.step === last.step ? place.part > last.part : place.step > last.step;
}
