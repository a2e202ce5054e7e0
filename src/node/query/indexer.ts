import type Database from 'better-sqlite3';
import { decodeHex } from '../../base/bytes.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import { decodeStoredTransaction } from '../storage/stored-transaction.ts';
import { indexEntryOf, memberIdOf } from './index-entry.ts';

/** The first six bytes as an integer: what ids and hashes are found by. */
export function prefixOf(bytes: Uint8Array): number {
  let prefix = 0;
  for (let index = 0; index < 6; index++) prefix = prefix * 256 + (bytes[index] ?? 0);
  return prefix;
}

/** Between two looks at the clock: a few milliseconds, where a whole block is a tenth of a second. */
const TRANSACTIONS_AT_ONCE = 25;

/** Follows the chain into index.db. */
export class Indexer {
  readonly #database: Database.Database;
  readonly #chain: ChainReader;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #actions = new Map<string, number>();
  readonly #signers = new Map<string, number>();
  #height: number;

  constructor(database: Database.Database, chain: ChainReader) {
    this.#database = database;
    this.#chain = chain;
    this.#statements = prepare(database);
    this.#height = this.#statements.counter.get('indexed_height') ?? -1;
  }

  /** The newest block that is in the index; −1 before the first. */
  get height(): number {
    return this.#height;
  }

  /** Indexes further blocks up to `head`, for about `budgetMs`. Returns true when there is more to do. */
  advance(head: number, budgetMs: number): boolean {
    if (this.#height >= head) return false;
    const end = performance.now() + budgetMs;
    try {
      this.#height = this.#database.transaction(() => this.#indexUntil(head, end)).immediate();
    } catch (error) {
      // What was given an id in a transaction that was undone has none.
      this.#actions.clear();
      this.#signers.clear();
      throw error;
    }
    return this.#height < head;
  }

  /** Starts where the database stands: another process that reads this directory may have taken it further. */
  #indexUntil(head: number, end: number): number {
    let height = this.#storedHeight();
    if (height >= head) return height;
    let offset = this.#statements.counter.get('indexed_offset') ?? 0;
    do {
      const next = this.#indexSome(height + 1, offset);
      height += next === null ? 1 : 0;
      offset = next ?? 0;
    } while (height < head && performance.now() < end);
    this.#statements.setCounter.run('indexed_height', height);
    this.#statements.setCounter.run('indexed_offset', offset);
    if (height >= 0) this.#keepHead(this.#chain.block(height));
    return height;
  }

  /** Which chain the index is of, and how far it has seen it: evidence, should that chain be another one at the next start. */
  #keepHead({ header, hash }: StoredBlock): void {
    const { genesis } = this.#chain.chain();
    this.#statements.setHead.run(genesis, header.index, hash, header.log_size, header.log_root);
  }

  #storedHeight(): number {
    return this.#statements.counter.get('indexed_height') ?? -1;
  }

  /** A few transactions of a block, from `offset` on. Returns where to continue in it, or null at its end. */
  #indexSome(height: number, offset: number): number | null {
    const block = this.#chain.block(height);
    const { header, firstLogIndex } = block;
    if (offset === 0) this.#statements.blockHash.run(prefixOf(decodeHex(block.hash)), height);
    const begin = firstLogIndex + offset;
    const end = Math.min(begin + TRANSACTIONS_AT_ONCE, header.log_size);
    for (const [place, bytes] of this.#chain.transactionsOf(block, begin, end).entries()) {
      const logIndex = begin + place;
      const transaction = decodeStoredTransaction(bytes, logIndex);
      const { id, text, touched } = indexEntryOf(this.#chain, height, { logIndex, transaction });
      this.#statements.id.run(prefixOf(decodeHex(id)), logIndex);
      this.#statements.entry.run(
        logIndex,
        height,
        header.timestamp,
        this.#actionId(transaction.action),
        this.#signerId(transaction.signer, block),
      );
      this.#statements.words.run(logIndex, text);
      for (const envId of touched) this.#statements.touch.run(envId, logIndex);
    }
    return end < header.log_size ? end - firstLogIndex : null;
  }

  #actionId(name: string): number {
    let id = this.#actions.get(name);
    if (id === undefined) {
      this.#statements.action.run(name);
      this.#actions.set(name, (id = this.#statements.actionId.get(name) as number));
    }
    return id;
  }

  #signerId(publicKey: string, block: StoredBlock): number {
    let id = this.#signers.get(publicKey);
    if (id === undefined) {
      this.#statements.signer.run(publicKey, memberIdOf(this.#chain, block.header.index, publicKey));
      this.#signers.set(publicKey, (id = this.#statements.signerId.get(publicKey) as number));
    }
    return id;
  }
}

function prepare(database: Database.Database) {
  return {
    counter: database.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck(),
    setCounter: database.prepare(
      'INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ),
    setHead: database.prepare(
      'INSERT OR REPLACE INTO head (id, genesis, height, hash, log_size, log_root) VALUES (1, ?, ?, ?, ?, ?)',
    ),
    action: database.prepare('INSERT INTO actions (name) VALUES (?) ON CONFLICT DO NOTHING'),
    actionId: database.prepare('SELECT id FROM actions WHERE name = ?').pluck(),
    signer: database.prepare('INSERT INTO signers (public_key, member_id) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    signerId: database.prepare('SELECT id FROM signers WHERE public_key = ?').pluck(),
    entry: database.prepare('INSERT INTO entries (log_index, height, time, action, signer) VALUES (?, ?, ?, ?, ?)'),
    id: database.prepare('INSERT INTO ids (prefix, log_index) VALUES (?, ?)'),
    blockHash: database.prepare('INSERT INTO block_hashes (prefix, height) VALUES (?, ?)'),
    words: database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)'),
    touch: database.prepare('INSERT INTO touches (env_id, log_index) VALUES (?, ?)'),
  };
}
