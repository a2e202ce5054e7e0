import type Database from 'better-sqlite3';
import { decodeHex, encodeHash, equalBytes, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { decodeHeader, encodeHeader, headerHash, type BlockHeader } from '../../ledger/blocks/block.ts';
import type { BlockProof } from '../../ledger/blocks/block-proof.ts';
import type { ExecutedTransaction } from '../../ledger/blocks/execute.ts';
import { stateRoot, type StateRoots } from '../../ledger/state/ledger-state.ts';
import { readHeadRecord, type StoredHeadRecord } from '../history/head-record.ts';
import { decodeRoots } from './block-rows.ts';
import { BlockWriter } from './block-writer.ts';
import { ChainReader } from './chain-reader.ts';
import { openChainFile, WRITER_CACHE_KIB } from './chain-file.ts';
import { CHAIN_DATABASE } from './chain-schema.ts';
import { guardStorage, storageError } from '../data-directory/storage-errors.ts';
import { FinalityWriter } from './finality-writer.ts';
import { readIdsRecord, writeIdsRecord, type VouchedRun } from './ids-record.ts';
import { TileBuilder } from './log-rows.ts';

/** A block that is decided: it is on disk, and will be final as it is and no other way. */
export interface DecidedBlock {
  readonly header: BlockHeader;
  readonly hash: Hash;
  readonly roots: StateRoots;
}

export interface NewBlock {
  readonly header: BlockHeader;
  readonly hash: Hash;
  readonly roots: StateRoots;
  readonly transactions: readonly ExecutedTransaction[];
}

/**
 * The one writer of chain.db. A block is written in one transaction, or not at all: it is decided. An engine that seals alone makes it final
 * and proves it in a second one ({@link seal}), so a validator signs one block of each height, whenever it is stopped: what it
 * signs was decided on disk before, and is in `head.record` before the seal is anywhere else. Where validators agree, the two come
 * one after the other ({@link finalise}, {@link prove}).
 */
export class ChainStore {
  readonly reader: ChainReader;
  readonly #database: Database.Database;
  readonly #rows: BlockWriter;
  readonly #finality: FinalityWriter;
  readonly #chainDirectory: string;
  #tiles: TileBuilder;
  #logSize: number;

  private constructor(
    database: Database.Database,
    opened: {
      readonly reader: ChainReader;
      readonly chainDirectory: string;
      readonly logSize: number;
      readonly unprovedMax?: number;
    },
  ) {
    const { reader, logSize } = opened;
    this.#database = database;
    this.#chainDirectory = opened.chainDirectory;
    this.#finality = new FinalityWriter(database, { unprovedMax: 0, ...opened });
    this.reader = reader;
    this.#rows = new BlockWriter(database);
    this.#logSize = logSize;
    this.#tiles = TileBuilder.at(reader.log, logSize);
  }

  /** An empty store for a new chain, still without its genesis block. */
  static create(chainDirectory: string, chainId: string): ChainStore {
    const database = openChainFile(chainDirectory, { mode: 'write', cacheKib: WRITER_CACHE_KIB });
    database.prepare("INSERT INTO meta (key, value) VALUES ('chain_id', ?)").run(chainId);
    return new ChainStore(database, {
      reader: new ChainReader(database, { writable: true }),
      chainDirectory,
      logSize: 0,
    });
  }

  /**
   * Opens a chain and checks its newest block: that it hashes to what is stored and that its roots are there. `unprovedMax`: so many
   * final blocks may wait for their proof; none where a block is proved at once by the engine that makes it final.
   * @throws STORAGE_CORRUPT, DATA_DIR_OLDER, DATA_DIR_NEWER
   */
  static open(chainDirectory: string, { unprovedMax = 0 }: { readonly unprovedMax?: number } = {}): ChainStore {
    const database = openChainFile(chainDirectory, { mode: 'write', cacheKib: WRITER_CACHE_KIB });
    try {
      const reader = new ChainReader(database, { writable: true, unprovedMax });
      // Final or not, an engine looks at it again before it builds on it.
      const newest = readDecided(reader) ?? reader.head();
      if (headerHash(newest.header, reader.chain()) !== newest.hash)
        throw new QuantumLockError('STORAGE_CORRUPT', `block ${newest.header.index} does not match its hash`);
      if (!equalBytes(stateRoot(newest.roots), decodeHex(newest.header.state_root))) {
        throw new QuantumLockError(
          'STORAGE_CORRUPT',
          `the state roots of block ${newest.header.index} do not make its state root`,
        );
      }
      const { log_size: logSize } = newest.header;
      return new ChainStore(database, { reader, chainDirectory, logSize, unprovedMax });
    } catch (error) {
      database.close();
      throw storageError(CHAIN_DATABASE, error);
    }
  }

  /** Opens the block's transaction: state rows are appended inside it. */
  begin(): void {
    guardStorage(CHAIN_DATABASE, () => this.#database.exec('BEGIN IMMEDIATE'));
  }

  /** Writes the rows of a block inside the open transaction. */
  write(block: NewBlock): void {
    const { header } = block;
    const tiles = this.#tiles.copy();
    const checked = block.transactions.map((transaction) => transaction.checked);
    this.#rows.write({
      header,
      text: encodeHeader(header),
      proof: null,
      hash: decodeHex(block.hash),
      isFinal: false,
      roots: block.roots,
      firstLogIndex: this.#logSize,
      transactions: checked.map(({ bytes }) => bytes),
      ids: checked.map(({ id, transaction }) => ({ id, timestamp: transaction.timestamp })),
      tiles: tiles.append(checked.map(({ leaf }) => leaf)),
    });
    this.#pending = { tiles, logSize: header.log_size };
  }

  #pending: { readonly tiles: TileBuilder; readonly logSize: number } | null = null;

  /** Makes the block durable: when this returns, it is on disk. */
  commit(): void {
    guardStorage(CHAIN_DATABASE, () => this.#database.exec('COMMIT'));
    this.reader.state.keep();
    if (this.#pending !== null) {
      this.#tiles = this.#pending.tiles;
      this.#logSize = this.#pending.logSize;
      this.#pending = null;
    }
  }

  /** Index of the newest final block; −1 before the first. */
  get finalHeight(): number {
    return this.#finality.height;
  }

  /** The block that was decided and is not final yet: a stop came between. Null where there is none. */
  decided(): DecidedBlock | null {
    return readDecided(this.reader);
  }

  /** What `head.record` says. */
  headRecord(): StoredHeadRecord {
    return readHeadRecord(this.#chainDirectory);
  }

  /** Which stored ids this node has vouched for: see {@link readIdsRecord}. */
  idsRecord(): readonly VouchedRun[] {
    return readIdsRecord(this.#chainDirectory);
  }

  /** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
  keepIdsRecord(runs: readonly VouchedRun[]): void {
    writeIdsRecord(this.#chainDirectory, runs);
  }

  /** Makes the decided block final and proves it, in one step: see {@link FinalityWriter.seal}. */
  seal(block: Pick<DecidedBlock, 'header' | 'hash'>, proof: BlockProof): void {
    this.#finality.seal(block, proof);
  }

  /** Makes the decided block final; its proof may come later: see {@link FinalityWriter.finalise}. @throws PROOF_PENDING, STORAGE_CORRUPT */
  finalise(height: number): void {
    this.#finality.finalise(height);
  }

  /** Puts its proof to a final block: see {@link FinalityWriter.prove}. @throws PROOF_INVALID, PROOF_PENDING, NOT_FOUND, STORAGE_CORRUPT */
  prove(height: number, proof: BlockProof): void {
    this.#finality.prove(height, proof);
  }

  /** Rows that no block accounts for, where there are some: a further block would be laid over them. */
  beyond(logSize: number): string | null {
    const height = this.reader.heightOrNone() + (this.reader.decided() === null ? 0 : 1);
    for (const [table, key, last] of [
      ['blocks', 'height', height],
      ['block_ids', 'height', height],
      ['transactions', 'log_index', logSize - 1],
      ['state_pages', 'id', this.reader.state.counts.pages],
      ['state_values', 'id', this.reader.state.counts.values],
    ] as const) {
      const end = (which: 'min' | 'max'): number =>
        this.#database.prepare<[], number>(`SELECT ${which}(${key}) FROM ${table}`).pluck().get() ?? 0;
      const stray = [end('min'), end('max')].find((id) => id < 0 || id > last);
      if (stray !== undefined) return `row ${stray} of ${table} belongs to no block`;
    }
    return null;
  }

  /** Undoes the open transaction, leaving no trace. */
  rollback(): void {
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
    this.reader.state.forget();
    this.#pending = null;
  }

  /** Leaves everything in chain.db itself, which SQLite does not do while another thread still has it open for reading. */
  close(): void {
    try {
      this.#database.pragma('busy_timeout = 0');
      this.#database.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // On a full disk, say: every block is on disk anyway, in the log next to the database.
    } finally {
      this.#database.close();
      this.#finality.close();
    }
  }
}

/** @throws BLOCK_REFUSED where what was decided is no block at all, STORAGE_CORRUPT */
function readDecided(reader: ChainReader): DecidedBlock | null {
  const decided = reader.decided();
  if (decided === null) return null;
  const { height, row } = decided;
  try {
    return { header: decodeHeader(row.header), hash: encodeHash(row.hash), roots: decodeRoots(row.roots) };
  } catch (cause) {
    throw new QuantumLockError('BLOCK_REFUSED', `block ${height} is decided and cannot be read: ${String(cause)}`, {
      cause,
      context: { place: `block ${height}` },
    });
  }
}
