import type Database from 'better-sqlite3';
import { equalBytes } from '../../base/bytes.ts';
import { leafHash } from '../../ledger/log/log.ts';
import { misfit } from './block-check.ts';
import { encodeIdEntries } from './block-rows.ts';
import type { ChainReader } from './chain-reader.ts';
import type { StoredBlock } from './stored-block.ts';
import { TILE_LEVELS, TileBuilder, tileId, tileIdsBehind } from './log-rows.ts';
import { StateScrub, type RowCounts } from './state-scrub.ts';
import { decodeStoredText } from './stored-transaction.ts';

/** Up to where a chain was looked at: its newest block of those, and the rows of the state that they account for. */
export interface ScrubbedTo extends RowCounts {
  readonly height: number;
}

/**
 * Looks at every row of chain.db, from genesis on, a bit at a time: what a block holds fits the hashes of its header, the header
 * its proof, if that has arrived, and its parent, and at the end there is no row that no block accounts for. It executes nothing: that is what
 * `dm blockchain verify` does beside.
 */
export class ChainScrub {
  readonly #chain: ChainReader;
  readonly #database: Database.Database;
  readonly #state: StateScrub;
  readonly #tiles: TileBuilder;
  readonly #byTime: Database.Statement<[number, number, number], number>;
  readonly #byLogIndex: Database.Statement<[number, number], number>;
  /** The newest block that was looked at. */
  #height: number;
  #step: Iterator<void, void, undefined> | null = null;

  /** `from`: where an earlier look ended; genesis where it is left out. */
  constructor(chain: ChainReader, database: Database.Database, from: ScrubbedTo = { height: -1, pages: 0, values: 0 }) {
    this.#chain = chain;
    this.#database = database;
    this.#height = from.height;
    this.#byTime = database
      .prepare<[number, number, number], number>(
        'SELECT height FROM blocks INDEXED BY blocks_by_time WHERE era = ? AND timestamp = ? AND height = ?',
      )
      .pluck();
    this.#byLogIndex = database
      .prepare<[number, number], number>(
        'SELECT height FROM blocks INDEXED BY blocks_by_log_index WHERE first_log_index = ? AND height = ?',
      )
      .pluck();
    this.#state = new StateScrub(chain.state, from);
    this.#tiles = TileBuilder.at(chain.log, from.height < 0 ? 0 : chain.block(from.height).header.log_size);
  }

  /** Everything up to here fits. */
  get reached(): ScrubbedTo {
    return { height: this.#height, ...this.#state.counts };
  }

  /** Continues for about `budgetMs`. Returns whether there is more to do. @throws STORAGE_CORRUPT */
  advance(budgetMs: number): boolean {
    const end = performance.now() + budgetMs;
    while (this.#height < this.#chain.height()) {
      this.#step ??= this.#checkBlock(this.#height + 1);
      if (this.#step.next().done === true) {
        this.#step = null;
        this.#height += 1;
      }
      if (performance.now() >= end) return true;
    }
    return this.#database.transaction(() => this.#isAhead() || this.#assertNothingBeyond())();
  }

  /** A block came meanwhile. */
  #isAhead(): boolean {
    return this.#height < this.#chain.height();
  }

  *#checkBlock(height: number): Generator<void, void, undefined> {
    if (height === 0) this.#checkMeta();
    const block = this.#chain.block(height);
    this.#checkFiling(block);
    yield;
    yield* this.#checkTransactions(block);
    const before = height === 0 ? null : this.#chain.block(height - 1).roots;
    yield* this.#state.check(before, block.roots, `block ${height}`);
  }

  #checkMeta(): void {
    const { chain_id } = this.#chain.block(0).header;
    if (this.#chain.metaKeys().length !== 1 || this.#chain.chainId() !== chain_id)
      throw misfit('meta', `holds something other than the name of the chain, ${chain_id}`);
  }

  /** In its row, and in the indexes that lead to it. */
  #checkFiling({ header, firstLogIndex }: StoredBlock): void {
    const filed = this.#chain.filedAt(header.index);
    if (filed?.era !== header.era || filed.timestamp !== header.timestamp)
      throw misfit(`block ${header.index}`, 'is filed under another time than its header says');
    const isFound =
      this.#byTime.get(header.era, header.timestamp, header.index) === header.index &&
      this.#byLogIndex.get(firstLogIndex, header.index) === header.index;
    if (!isFound) throw misfit(`block ${header.index}`, 'is not found by its time and its first transaction');
  }

  *#checkTransactions(block: StoredBlock): Generator<void, void, undefined> {
    const { header, firstLogIndex } = block;
    const ids: { readonly id: Uint8Array; readonly timestamp: number }[] = [];
    for (let begin = firstLogIndex; begin < header.log_size; begin += TRANSACTIONS_AT_ONCE) {
      const end = Math.min(begin + TRANSACTIONS_AT_ONCE, header.log_size);
      const all = this.#chain.transactionsOf(block, begin, end);
      for (const [offset, bytes] of all.entries()) {
        const { text, transaction } = decodeStoredText(bytes, begin + offset);
        ids.push({ id: this.#chain.digestOfText(text, transaction), timestamp: transaction.timestamp });
      }
      for (const { id, hashes, root } of this.#tiles.append(all.map((bytes) => leafHash(bytes)))) {
        const stored = this.#chain.log.tile(id);
        if (stored === undefined || !equalBytes(stored.hashes, hashes) || !equalBytes(stored.root, root))
          throw misfit(`log tile ${id}`, 'is not what the transactions give');
      }
      yield;
    }
    if (!equalBytes(this.#chain.idBytes(header.index) ?? new Uint8Array(0), encodeIdEntries(ids)))
      throw misfit(`block ${header.index}`, 'has other transaction ids than its transactions give');
  }

  /** Ids count upwards and each was looked at: so only those before the first and behind the last can be too many. */
  #assertNothingBeyond(): false {
    const { header } = this.#chain.block(this.#height);
    // A block that is decided alone is not looked at here: a start executes it again.
    const isWaiting = this.#chain.decided() !== null;
    const last = this.#height + (isWaiting ? 1 : 0);
    this.#assertNone('blocks', `height < 0 OR height > ${last}`);
    this.#assertNone('block_ids', `height < 0 OR height > ${last}`);
    if (isWaiting) return false;
    const { pages, values } = this.#state.counts;
    this.#assertNone('transactions', `log_index < 0 OR log_index >= ${header.log_size}`);
    this.#assertNone('state_pages', `id < 1 OR id > ${pages}`);
    this.#assertNone('state_values', `id < 1 OR id > ${values}`);
    this.#assertNone('log_tiles', `id < 0 OR id >= ${tileId(TILE_LEVELS, 0)}`);
    for (const { begin, end } of tileIdsBehind(header.log_size))
      this.#assertNone('log_tiles', `id >= ${begin} AND id < ${end}`);
    return false;
  }

  #assertNone(table: string, beyond: string): void {
    const stray = this.#database
      .prepare<[], number>(`SELECT rowid FROM ${table} WHERE ${beyond} LIMIT 1`)
      .pluck()
      .get();
    if (stray !== undefined) throw misfit(`row ${stray} of ${table}`, 'belongs to no block');
  }
}

/** Between two looks at the clock. */
const TRANSACTIONS_AT_ONCE = 25;
