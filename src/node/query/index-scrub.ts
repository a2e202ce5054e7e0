import type Database from 'better-sqlite3';
import { decodeHex } from '../../base/bytes.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { decodeStoredTransaction } from '../storage/stored-transaction.ts';
import { exactWords } from './audit-search.ts';
import { IndexDifference } from './index-difference.ts';
import { indexEntryOf, memberIdOf, type IndexEntry } from './index-entry.ts';
import { headOfIndex } from './index-head.ts';
import { countFiledWords, TextWords } from './index-words.ts';
import { prefixOf } from './indexer.ts';

interface EntryRow {
  readonly log_index: number;
  readonly height: number;
  readonly time: number;
  readonly action: string | null;
  readonly public_key: string | null;
  readonly member_id: string | null;
}

interface TouchRow {
  readonly env_id: string;
  readonly log_index: number;
}

/** Between two looks at the clock. */
const TRANSACTIONS_AT_ONCE = 25;

/**
 * Holds index.db against the chain, from genesis on, a bit at a time: every row that it should have is there and says
 * what the chain says, and at the end there is no other row.
 */
export class IndexScrub {
  readonly #database: Database.Database;
  readonly #chain: ChainReader;
  readonly #statements: ReturnType<typeof prepare>;
  /** The newest block that was looked at. */
  #height = -1;
  /** Transactions of the next block that were looked at. */
  #offset = 0;
  #touches = 0;
  readonly #actions = new Set<string>();
  readonly #signers = new Set<string>();
  readonly #text = new TextWords();
  #words = 0;
  #counting: { readonly height: number; readonly steps: Generator<void, number, undefined> } | null = null;

  constructor(database: Database.Database, chain: ChainReader) {
    this.#database = database;
    this.#chain = chain;
    this.#statements = prepare(database);
  }

  get height(): number {
    return this.#height;
  }

  /** The newest block that the index holds whole. */
  get indexedHeight(): number {
    return this.#statements.counter.get('indexed_height') ?? -1;
  }

  /** Continues for about `budgetMs`. Returns whether there is more to do. @throws IndexDifference, STORAGE_CORRUPT */
  advance(budgetMs: number): boolean {
    const end = performance.now() + budgetMs;
    return this.#database.transaction(() => {
      const indexed = Math.min(this.indexedHeight, this.#chain.height());
      while (this.#height < indexed) {
        this.#checkSome(this.#height + 1);
        if (performance.now() >= end) break;
      }
      if (this.#height < indexed) return true;
      this.#checkTotals(indexed);
      return this.#countWords(indexed, end);
    })();
  }

  #checkSome(height: number): void {
    const block = this.#chain.block(height);
    const { header, firstLogIndex } = block;
    if (this.#offset === 0 && this.#statements.blockHash.get(prefixOf(decodeHex(block.hash)), height) === undefined)
      throw new IndexDifference(`block ${height} is not found by its hash`);
    const begin = firstLogIndex + this.#offset;
    const end = Math.min(begin + TRANSACTIONS_AT_ONCE, header.log_size);
    const entries = this.#chain.transactionsOf(block, begin, end).map((bytes, place) => {
      const logIndex = begin + place;
      return indexEntryOf(this.#chain, height, { logIndex, transaction: decodeStoredTransaction(bytes, logIndex) });
    });
    const rows = this.#statements.entries.all(begin, end);
    for (const [place, entry] of entries.entries()) this.#checkEntry(entry, rows[place], height, header.timestamp);
    if (rows.length !== entries.length) throw new IndexDifference(`transactions are invented in block ${height}`);
    this.#checkTouches(height, entries, this.#statements.touches.all(begin, end));
    this.#offset = end < header.log_size ? end - firstLogIndex : 0;
    if (this.#offset === 0) this.#height = height;
  }

  #checkEntry(
    { logIndex, id, transaction, text }: IndexEntry,
    row: EntryRow | undefined,
    height: number,
    time: number,
  ): void {
    const isSame =
      row?.log_index === logIndex &&
      row.height === height &&
      row.time === time &&
      row.action === transaction.action &&
      row.public_key === transaction.signer &&
      row.member_id === memberIdOf(this.#chain, height, transaction.signer);
    this.#actions.add(transaction.action);
    this.#signers.add(transaction.signer);
    this.#words += this.#text.count(text);
    if (!isSame) throw new IndexDifference(`transaction ${logIndex} is missing or different`);
    if (this.#statements.id.get(prefixOf(decodeHex(id)), logIndex) === undefined)
      throw new IndexDifference(`transaction ${logIndex} is not found by its id`);
    const words = exactWords(text);
    if (words !== null && this.#statements.words.get(words, logIndex) === undefined)
      throw new IndexDifference(`transaction ${logIndex} is not found by its words`);
  }

  #checkTouches(height: number, entries: readonly IndexEntry[], rows: readonly TouchRow[]): void {
    const steps = new Set(rows.map(({ env_id, log_index }) => stepName(log_index, env_id)));
    let count = 0;
    for (const { logIndex, touched } of entries) {
      for (const envId of touched) {
        count += 1;
        if (!steps.has(stepName(logIndex, envId)))
          throw new IndexDifference(`transaction ${logIndex} is missing from the history of ${envId}`);
      }
    }
    if (rows.length !== count) throw new IndexDifference(`steps are invented in block ${height}`);
    this.#touches += count;
  }

  #checkTotals(indexed: number): void {
    if (indexed < 0) return;
    const size = this.#chain.block(indexed).header.log_size;
    const beyond = this.#statements.counter.get('indexed_offset') ?? 0;
    const totals = this.#statements.totals.get(size) as Readonly<Record<string, number>>;
    const isWhole =
      totals['entries'] === size + beyond &&
      totals['ids'] === size + beyond &&
      totals['touches'] === this.#touches &&
      (beyond > 0 || (totals['actions'] === this.#actions.size && totals['signers'] === this.#signers.size)) &&
      totals['hashes'] === indexed + 1 + (beyond > 0 ? 1 : 0);
    if (!isWhole) throw new IndexDifference('it holds rows that the chain does not have');
    const head = headOfIndex(this.#database);
    const { header, hash } = this.#chain.block(indexed);
    const isHead =
      this.indexedHeight === indexed &&
      head?.index === indexed &&
      head.hash === hash &&
      head.genesis === this.#chain.chain().genesis &&
      head.log_size === header.log_size &&
      head.log_root === header.log_root;
    if (!isHead) throw new IndexDifference('it names another last block');
  }

  /**
   * Every word that should be there was found: so none is there that should not, if there are as many. Begins again
   * where the index grew.
   */
  #countWords(indexed: number, end: number): boolean {
    if ((this.#statements.counter.get('indexed_offset') ?? 0) > 0) return false;
    if (this.#counting?.height !== indexed)
      this.#counting = { height: indexed, steps: countFiledWords(this.#database) };
    for (;;) {
      const step = this.#counting.steps.next();
      if (step.done === true) {
        this.#counting = null;
        if (step.value !== this.#words) throw new IndexDifference('it holds words that the chain does not have');
        return false;
      }
      if (performance.now() >= end) return true;
    }
  }
}

function stepName(logIndex: number, envId: string): string {
  return `${logIndex} ${envId}`;
}

function prepare(database: Database.Database) {
  return {
    counter: database.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck(),
    blockHash: database.prepare<[number, number], number>('SELECT 1 FROM block_hashes WHERE prefix = ? AND height = ?'),
    entries: database.prepare<[number, number], EntryRow>(
      `SELECT log_index, height, time, actions.name AS action, signers.public_key AS public_key, signers.member_id AS member_id
       FROM entries
       LEFT JOIN actions ON actions.id = entries.action LEFT JOIN signers ON signers.id = entries.signer
       WHERE log_index >= ? AND log_index < ? ORDER BY log_index`,
    ),
    id: database.prepare<[number, number], number>('SELECT 1 FROM ids WHERE prefix = ? AND log_index = ?'),
    words: database.prepare<[string, number], number>('SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?'),
    touches: database.prepare<[number, number], TouchRow>(
      'SELECT env_id, log_index FROM touches WHERE log_index >= ? AND log_index < ?',
    ),
    totals: database.prepare<[number]>(
      `SELECT (SELECT count(*) FROM entries) AS entries, (SELECT count(*) FROM ids) AS ids,
         (SELECT count(*) FROM touches WHERE log_index < ?) AS touches, (SELECT count(*) FROM block_hashes) AS hashes,
         (SELECT count(*) FROM actions) AS actions, (SELECT count(*) FROM signers) AS signers`,
    ),
  };
}
