import type Database from 'better-sqlite3';
import { QuantumLockError } from '../../base/errors.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { ChainScrub, type ScrubbedTo } from '../storage/chain-scrub.ts';
import { findingIn } from './finding-in.ts';
import type { ScrubRecord } from './scrub-record.ts';

export interface RecordedScrubOptions {
  readonly chain: ChainReader;
  readonly database: Database.Database;
  readonly record: ScrubRecord;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Between two passes over the whole chain. */
export const SCRUB_REST_MS = 60 * 60_000;

/** Passes over chain.db that remember across runs how far they are, when the last one ended, and what was found. */
export class RecordedScrub {
  readonly #options: RecordedScrubOptions;
  /** Null between two passes. */
  #scrub: ChainScrub | null = null;

  constructor(options: RecordedScrubOptions) {
    this.#options = options;
  }

  /** The newest block that this pass has looked at; null between two passes. */
  get reached(): number | null {
    return this.#scrub?.reached.height ?? null;
  }

  /** Whether the last whole pass of any run is long enough ago. */
  get isDue(): boolean {
    const { now, record } = this.#options;
    const { ended_at: ended } = record.state.chain;
    // A clock that was set back makes it due, too.
    return ended === null || record.state.damage !== null || Math.abs(now() - ended) >= SCRUB_REST_MS;
  }

  /** A pass, of which each call does about `budgetMs`, as {@link advance}: begun by the first, where the last run stopped in one, or with `isFresh` at genesis. */
  pass({ isFresh, budgetMs }: { readonly isFresh: boolean; readonly budgetMs: number }): () => boolean {
    let isBegun = !isFresh && !this.isDue;
    return () => {
      if (!isBegun) this.#begin(isFresh);
      isBegun = true;
      return this.advance(budgetMs);
    };
  }

  #begin(isFresh: boolean): void {
    const { chain, database, record } = this.#options;
    this.#scrub = guardStorage(CHAIN_DATABASE, () => {
      record.turnTo(chain.chain().genesis);
      const from = isFresh ? null : this.#underWay();
      return from === null ? new ChainScrub(chain, database) : new ChainScrub(chain, database, from);
    });
  }

  /** Continues for about `budgetMs`. Returns whether there is more to do; between two passes there is not. @throws STORAGE_CORRUPT */
  advance(budgetMs: number): boolean {
    const scrub = this.#scrub;
    if (scrub === null) return false;
    const { chain, now, record } = this.#options;
    try {
      const hasMore = guardStorage(CHAIN_DATABASE, () => scrub.advance(budgetMs));
      const { reached } = scrub;
      if (hasMore) {
        if (reached.height >= 0)
          record.update({ under_way: { ...reached, hash: chain.block(reached.height).hash } }, { isMilestone: false });
        return true;
      }
      record.endPass('chain', { at: now(), reached: reached.height }, { under_way: null, damage: null });
      this.#scrub = null;
      return false;
    } catch (error) {
      this.#scrub = null;
      if (error instanceof QuantumLockError && error.code === 'STORAGE_CORRUPT')
        this.noteDamage(error, scrub.reached.height + 1);
      throw error;
    }
  }

  /** Remembers what was found until a repair, or a whole pass that finds nothing. `height`: the block at which; null where that is not known. */
  noteDamage(error: QuantumLockError, height: number | null): void {
    const { now, record } = this.#options;
    if (record.state.damage !== null) return;
    record.update({ damage: { ...findingIn(error), height, found_at: now() }, under_way: null }, { isMilestone: true });
  }

  /** Null where what is remembered is not of this chain, or cannot be told to be. */
  #underWay(): ScrubbedTo | null {
    const { chain, record } = this.#options;
    const { under_way: kept, damage } = record.state;
    if (kept === null || damage !== null || kept.height > chain.height()) return null;
    const { hash, ...from } = kept;
    return chain.block(kept.height).hash === hash ? from : null;
  }
}
