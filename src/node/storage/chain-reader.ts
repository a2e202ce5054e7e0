import type Database from 'better-sqlite3';
import { decodeHex, decodeUtf8, encodeHash, equalBytes, type Hash } from '../../base/bytes.ts';
import type { Json } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { BlockProof } from '../../ledger/blocks/block-proof.ts';
import type { ChainIdentity, ChainRoot } from '../../ledger/chain-identity.ts';
import { identityIn, leastTime } from '../../ledger/governance/era.ts';
import type { StateRoots } from '../../ledger/state/ledger-state.ts';
import { StateTree } from '../../ledger/state/tree.ts';
import { digestOfText, transactionId, type Transaction } from '../../ledger/transactions/transaction.ts';
import type { ProvedBlock, StoredBlock } from './stored-block.ts';
import { BlockCheck, misfit } from './block-check.ts';
import { decodeIdEntries, type IdEntry } from './block-rows.ts';
import { openChainFile } from './chain-file.ts';
import { CHAIN_DATABASE } from './chain-schema.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { FinalBlocks, IS_FINAL_SQL, type BlockRow, type DecidedRow } from './final-blocks.ts';
import { LogRows } from './log-rows.ts';
import { RecentCache, StateRows } from './state-rows.ts';
import { decodeStoredTransaction } from './stored-transaction.ts';

const BLOCK_CACHE_COUNT = 2_048;

export interface ReadingOptions {
  readonly pageCacheCount?: number;
  /** At most so many blocks at the chain's end may wait for their proof; none where a block is proved at once by the engine that makes it final. */
  readonly unprovedMax?: number;
  /** The newest block that somebody else has seen final: a chain that ends before it is damaged. See {@link ChainReader.noteFinal}. */
  readonly finalHeight?: number | undefined;
}

/**
 * Reads of chain.db that the validator, the query worker and the verifier share. The chain is its final blocks; what is to convince
 * others is asked of those that have their proof.
 */
export class ChainReader {
  readonly log: LogRows;
  readonly state: StateRows;
  readonly tree: StateTree;
  readonly #database: Database.Database;
  readonly #meta: Database.Statement<[string], string>;
  readonly #metaKeys: Database.Statement<[], string>;
  readonly #final: FinalBlocks;
  readonly #filed: Database.Statement<[number], { readonly era: number; readonly timestamp: number }>;
  readonly #heightAt: Database.Statement<[number, number], number>;
  readonly #heightOf: Database.Statement<[number], number>;
  readonly #ids: Database.Statement<[number], Uint8Array>;
  readonly #searchIds: Database.Statement<[Uint8Array], number>;
  readonly #searchHash: Database.Statement<[Uint8Array], number>;
  readonly #check: BlockCheck;
  #knownGenesis: Hash | null = null;
  /** Blocks that were checked. One that is final never changes, but that its proof comes to it. */
  readonly #blocks = new RecentCache<StoredBlock>(BLOCK_CACHE_COUNT);
  readonly #transaction: Database.Statement<[number], Uint8Array>;
  readonly #size: Database.Statement<[number, number], number>;
  readonly #transactions: Database.Statement<[number, number], Uint8Array>;

  constructor(database: Database.Database, options: ReadingOptions & { readonly writable: boolean }) {
    this.#database = database;
    this.#final = new FinalBlocks(database, options.unprovedMax ?? 0);
    if (options.finalHeight !== undefined) this.noteFinal(options.finalHeight);
    this.log = new LogRows(database);
    this.state = new StateRows(database, options);
    this.tree = new StateTree(this.state);
    this.#check = new BlockCheck({
      tree: this.tree,
      genesis: () => this.#genesis(),
      unchecked: (height) => this.uncheckedBlock(height),
      block: (height) => this.block(height),
      transactions: (begin, end) => this.transactionBytesBetween(begin, end),
    });
    this.#meta = database.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
    this.#metaKeys = database.prepare<[], string>('SELECT key FROM meta').pluck();
    this.#filed = database.prepare('SELECT era, timestamp FROM blocks WHERE height = ?');
    this.#heightAt = database
      .prepare<[number, number], number>(
        `SELECT height FROM blocks WHERE era = ? AND timestamp <= ? AND ${IS_FINAL_SQL} ORDER BY timestamp DESC, height DESC LIMIT 1`,
      )
      .pluck();
    this.#heightOf = database
      .prepare<[number], number>(
        `SELECT height FROM blocks WHERE first_log_index <= ? AND ${IS_FINAL_SQL} ORDER BY first_log_index DESC LIMIT 1`,
      )
      .pluck();
    this.#ids = database.prepare<[number], Uint8Array>('SELECT entries FROM block_ids WHERE height = ?').pluck();
    this.#searchIds = database
      .prepare<[Uint8Array], number>('SELECT height FROM block_ids WHERE instr(entries, ?) > 0')
      .pluck();
    this.#searchHash = database.prepare<[Uint8Array], number>('SELECT height FROM blocks WHERE hash = ?').pluck();
    this.#transaction = database
      .prepare<[number], Uint8Array>('SELECT bytes FROM transactions WHERE log_index = ?')
      .pluck();
    this.#size = database
      .prepare<[number, number], number>(
        'SELECT sum(length(bytes)) FROM transactions WHERE log_index >= ? AND log_index < ?',
      )
      .pluck();
    this.#transactions = database
      .prepare<[number, number], Uint8Array>(
        'SELECT bytes FROM transactions WHERE log_index >= ? AND log_index < ? ORDER BY log_index',
      )
      .pluck();
  }

  /**
   * The chain of a data directory, for reading next to a running node. @throws DATA_DIR_EMPTY, DATA_DIR_OLDER,
   * DATA_DIR_NEWER, STORAGE_CORRUPT
   */
  static open(
    chainDirectory: string,
    options: ReadingOptions = {},
  ): { readonly reader: ChainReader; readonly database: Database.Database } {
    const database = openChainFile(chainDirectory, { mode: 'read' });
    try {
      return { database, reader: new ChainReader(database, { ...options, writable: false }) };
    } catch (error) {
      database.close();
      throw storageError(CHAIN_DATABASE, error);
    }
  }

  /**
   * Reads that see one moment of the database. It is faster as well: outside of a transaction each row that is read takes
   * and releases SQLite's locks.
   */
  atOneMoment<T>(read: () => T): T {
    return this.#database.transaction(read)();
  }

  meta(key: string): string | undefined {
    return this.#meta.get(key);
  }

  /** Of all metadata of the database. */
  metaKeys(): readonly string[] {
    return this.#metaKeys.all();
  }

  chainId(): string {
    const chainId = this.meta('chain_id');
    if (chainId === undefined)
      throw new QuantumLockError('STORAGE_CORRUPT', 'the database names no chain', { context: { place: 'meta' } });
    return chainId;
  }

  /** The chain that the database holds: its name, and the hash of its block 0. @throws STORAGE_CORRUPT */
  chain(): ChainRoot {
    return { chain_id: this.chainId(), genesis: this.#genesis() };
  }

  /** The stored hash of block 0; where it is wrong, no block fits. @throws STORAGE_CORRUPT */
  #genesis(): Hash {
    if (this.#knownGenesis !== null) return this.#knownGenesis;
    const row = this.#final.row(0);
    if (row === undefined) {
      if (this.heightOrNone() < 0) throw noBlock();
      throw misfit('block 0', 'is missing');
    }
    return (this.#knownGenesis = encodeHash(row.hash));
  }

  /** What is signed now is signed for this: the chain, in the era of its next block. @throws STORAGE_CORRUPT */
  identity(): ChainIdentity {
    return identityIn(this.#stateAt(this.height()), this.chain());
  }

  /** The least time that the next block may have. @throws STORAGE_CORRUPT */
  leastTime(): number {
    const { header } = this.head();
    return leastTime(this.#stateAt(header.index), header);
  }

  #stateAt(height: number): Parameters<typeof identityIn>[0] {
    return {
      get: (namespace, key) => {
        const text = this.stateText(height, namespace, key);
        return text === undefined ? undefined : (JSON.parse(text) as Json);
      },
    };
  }

  /** The newest block: what the state is read at, and what the next one is built on. */
  head(): StoredBlock {
    return this.block(this.height());
  }

  /** The newest block that has its proof: what others are shown. @throws STORAGE_CORRUPT where there is none */
  provedHead(): ProvedBlock {
    const height = this.provedHeightOrNone();
    if (height < 0) throw new QuantumLockError('STORAGE_CORRUPT', 'the chain has no block with its proof');
    return this.provedBlock(height);
  }

  /** Index of the newest block that has its proof; −1 before the first. @throws STORAGE_CORRUPT where the chain is shorter than it was */
  provedHeightOrNone(): number {
    this.#final.height();
    return this.#final.provedHeight();
  }

  /** Index of the newest block. @throws STORAGE_CORRUPT where there is none */
  height(): number {
    const height = this.#final.height();
    if (height < 0) throw noBlock();
    return height;
  }

  /** Another reader of this process has seen that block final: from now on, no older state is told for the present one. */
  noteFinal(height: number): void {
    this.#final.noteFinal(height);
  }

  /** As above; −1 before genesis is final. */
  heightOrNone(): number {
    return this.#final.height();
  }

  /** A block that fits its hashes, and its proof if that is there: see {@link BlockCheck}. @throws NOT_FOUND, STORAGE_CORRUPT */
  block(height: number): StoredBlock {
    const cached = this.#blocks.get(height);
    if (cached !== undefined && (cached.proof !== null || height > this.provedHeightOrNone())) return cached;
    const block = this.uncheckedBlock(height);
    this.#check.check(height, block);
    this.#blocks.set(height, block);
    return block;
  }

  /** As above, as something to convince others with. @throws PROOF_PENDING where its proof has not arrived yet */
  provedBlock(height: number): ProvedBlock {
    const { proof, ...block } = this.block(height);
    if (proof === null)
      throw new QuantumLockError('PROOF_PENDING', `block ${height} is final; its proof has not arrived yet`, {
        context: { height, proved_height: this.provedHeightOrNone() },
      });
    return { ...block, proof };
  }

  /** Why `proof` does not prove the block at that height; null where it does. @throws NOT_FOUND, STORAGE_CORRUPT */
  faultOfProof(height: number, proof: BlockProof): string | null {
    return this.#check.faultOfProof(this.block(height), proof);
  }

  /** A final block as its row has it. @throws NOT_FOUND, STORAGE_CORRUPT where it cannot be decoded, or cannot stand there so */
  uncheckedBlock(height: number): StoredBlock {
    return this.#final.unchecked(height);
  }

  /** The block that is decided alone: it follows the chain, and is no part of it. @throws STORAGE_CORRUPT */
  decided(): DecidedRow | null {
    return this.#final.decided();
  }

  blockRow(height: number): BlockRow | undefined {
    return this.#final.row(height);
  }

  /** The time that a block is filed under. */
  filedAt(height: number): { readonly era: number; readonly timestamp: number } | undefined {
    return this.#filed.get(height);
  }

  /**
   * The newest block at or before a time. Where the clock was reset, a block of a later era goes before one of an earlier
   * era that claims the same time. @throws NOT_FOUND before genesis, STORAGE_CORRUPT
   */
  heightAtTime(time: number): number {
    for (let era = this.head().header.era; era >= 0; era--) {
      const height = this.#heightAt.get(era, time);
      if (height === undefined) continue;
      const { header } = this.block(height);
      const next = height === this.height() ? null : this.block(height + 1).header;
      const isNewest = next === null || next.era !== era || next.timestamp > time;
      if (header.era !== era || header.timestamp > time || !isNewest)
        throw misfit(`block ${height}`, 'is filed under another time than its header says');
      return height;
    }
    if (this.block(0).header.timestamp <= time) throw misfit('block 0', 'is filed under another time');
    throw new QuantumLockError('NOT_FOUND', 'the chain did not exist at that time');
  }

  /** The block that holds the transaction at `logIndex`. @throws NOT_FOUND, STORAGE_CORRUPT */
  heightOfLogIndex(logIndex: number): number {
    const height = this.#heightOf.get(logIndex);
    if (height === undefined || logIndex >= this.head().header.log_size)
      throw new QuantumLockError('NOT_FOUND', `there is no transaction ${logIndex}`);
    const { firstLogIndex, header } = this.block(height);
    if (logIndex < firstLogIndex || logIndex >= header.log_size)
      throw misfit(`block ${height}`, 'is filed under another transaction than its header says');
    return height;
  }

  /** The ids that are filed under a block: what finds a transaction; its own id is {@link id}. */
  ids(height: number): readonly IdEntry[] {
    const entries = this.#ids.get(height);
    if (entries === undefined)
      throw new QuantumLockError('STORAGE_CORRUPT', `the transaction ids of block ${height} are missing`);
    return decodeIdEntries(entries);
  }

  /** The block under which an id is filed: reads all of them. */
  searchIds(id: Uint8Array): number | undefined {
    for (const height of this.#searchIds.iterate(id)) {
      if (decodeIdEntries(this.#ids.get(height) ?? new Uint8Array(0)).some((entry) => equalBytes(entry.id, id)))
        return height;
    }
    return undefined;
  }

  /** The block that is stored under a hash: reads all of them. */
  searchHash(hash: Hash): number | undefined {
    return this.#searchHash.get(decodeHex(hash));
  }

  idBytes(height: number): Uint8Array | undefined {
    return this.#ids.get(height);
  }

  /** Id of the transaction at `logIndex`, from its bytes. */
  id(logIndex: number): Hash {
    return this.idOf(this.transaction(logIndex));
  }

  /** Canonical bytes, checked against the log. @throws NOT_FOUND, STORAGE_CORRUPT */
  transactionBytes(logIndex: number): Uint8Array {
    const block = this.block(this.heightOfLogIndex(logIndex));
    const bytes = this.#transaction.get(logIndex);
    if (bytes === undefined) throw misfit(`transaction ${logIndex}`, 'is missing');
    this.#check.checkTransaction(block, logIndex, bytes);
    return bytes;
  }

  transaction(logIndex: number): Transaction {
    return decodeStoredTransaction(this.transactionBytes(logIndex), logIndex);
  }

  /** A block's transactions from `begin` on, before `end`, checked against its root. @throws STORAGE_CORRUPT */
  transactionsOf(block: StoredBlock, begin: number, end: number): readonly Uint8Array[] {
    const all = this.transactionBytesBetween(begin, end);
    if (begin === block.firstLogIndex && end === block.header.log_size) {
      this.#check.checkTransactions(block, all);
      return all;
    }
    for (const [offset, bytes] of all.entries()) this.#check.checkTransaction(block, begin + offset, bytes);
    if (all.length < end - begin) throw misfit(`the transactions of block ${block.header.index}`, 'are not all there');
    return all;
  }

  /** Id, 32 bytes, of a transaction that was read from `text`, checked against the log: see {@link digestOfText}. */
  digestOfText(text: string, transaction: Transaction): Uint8Array {
    return digestOfText(text, transaction, { genesis: this.#genesis() });
  }

  /** A transaction's id, which is over everything but its signature. */
  idOf({ signature: _, ...unsigned }: Transaction): Hash {
    return transactionId(unsigned, { genesis: this.#genesis() });
  }

  /** As they are stored. */
  transactionBytesBetween(begin: number, end: number): Uint8Array[] {
    return this.#transactions.all(begin, end);
  }

  transactionsSizeBytes(begin: number, end: number): number {
    return this.#size.get(begin, end) ?? 0;
  }

  /** A value of the state at a height, decoded from verified bytes; undefined where there is none. */
  stateText(height: number, namespace: keyof StateRoots, key: string): string | undefined {
    const bytes = this.tree.get(this.block(height).roots[namespace], key);
    return bytes === undefined ? undefined : decodeUtf8(bytes);
  }
}

function noBlock(): QuantumLockError {
  return new QuantumLockError('STORAGE_CORRUPT', 'the chain has no block');
}
