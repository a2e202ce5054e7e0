import type Database from 'better-sqlite3';
import { equalBytes } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BLOCK_TRANSACTIONS_MAX } from '../../base/limits.ts';
import { decodeHeader, headerDigest, type BlockHeader } from '../../ledger/blocks/block.ts';
import { decodeProof } from '../../ledger/blocks/block-proof.ts';
import { ChainReplay } from '../../ledger/blocks/replay.ts';
import { decodeStatePage } from '../../ledger/state/page.ts';
import { isRejection } from '../../ledger/transactions/transaction.ts';
import type { VerifyPool } from '../engine/verify-pool.ts';
import type { SignatureVerifier } from '../signature-verifier.ts';
import { encodeIdEntries, encodeRoots } from '../storage/block-rows.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { openChainFile } from '../storage/chain-file.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { stageOf, type BlockStage } from '../storage/final-blocks.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { TileBuilder } from '../storage/log-rows.ts';
import { CheckedAhead } from './checked-ahead.ts';
import { damaged, VerifyingStore } from './verifying-store.ts';

/** One thing that is wrong, and where. */
export interface Finding {
  readonly place: string;
  readonly message: string;
}

export interface ChainVerification {
  readonly findings: readonly Finding[];
  /** The newest final block. */
  readonly height: number;
  /** The newest block that has its proof; −1 where none has. */
  readonly provedHeight: number;
  readonly blocks: number;
  readonly transactions: number;
  readonly statePages: number;
  readonly stateValues: number;
  /** A block that is decided and not final, or null: it is no part of the chain, and follows from it. */
  readonly unsealed: number | null;
}

export type VerifyProgress = (progress: {
  readonly phase: 'storage' | 'blocks' | 'state';
  readonly done: number;
  readonly total: number;
}) => void;

export interface VerifyChainOptions {
  readonly chainDirectory: string;
  readonly verifier: SignatureVerifier;
  readonly pool: VerifyPool;
  readonly onProgress: VerifyProgress;
  readonly signal?: AbortSignal | undefined;
  /** Looks no further than the newest final block: what lies behind it is no part of the chain. */
  readonly finalOnly?: boolean;
  /** So many final blocks at the end may wait for their proof; none where it is left out. */
  readonly unprovedMax?: number;
  /** Takes each block that has its proof, after it and all before it were found right. */
  readonly onBlock?: (block: VerifiedBlock) => Promise<void>;
}

/** The canonical texts and bytes of a block, as they are stored. */
export interface VerifiedBlock {
  readonly header: string;
  readonly proof: string;
  readonly transactions: readonly Uint8Array[];
}

interface Replaying {
  readonly reader: ChainReader;
  readonly replay: ChainReplay;
  readonly ahead: CheckedAhead;
}

interface RowCounts {
  readonly blocks: number;
  readonly ids: number;
  readonly transactions: number;
  readonly tiles: number;
  readonly pages: number;
  readonly values: number;
}

/**
 * Verifies everything that is stored of a chain by replaying it from genesis: each row of chain.db is either compared
 * byte for byte with what the transactions give, or hashed under a header that a validator sealed. Final blocks at the end whose
 * proofs have not arrived are checked against the rules alone. Stops at the first damage, because nothing after it can be trusted,
 * and names its place.
 */
export async function verifyChain(options: VerifyChainOptions): Promise<ChainVerification> {
  const verification = new Verification(options);
  try {
    await verification.run();
    return verification.result([]);
  } catch (error) {
    const failure = storageError(CHAIN_DATABASE, error);
    if (!(failure instanceof QuantumLockError) || failure.code === 'CANCELLED') throw failure;
    const place = failure.context['place'];
    return verification.result([
      { place: typeof place === 'string' ? place : verification.place, message: failure.message },
    ]);
  } finally {
    verification.close();
  }
}

class Verification {
  /** Where the replay is: the place of a failure that names none. */
  place = 'chain.db';
  readonly #options: VerifyChainOptions;
  readonly #database: Database.Database;
  #reader: ChainReader | null = null;
  #height = -1;
  #finalHeight = -1;
  #provedHeight = -1;
  #transactions = 0;
  #pages = 0;
  #values = 0;

  constructor(options: VerifyChainOptions) {
    this.#options = options;
    this.#database = openChainFile(options.chainDirectory, { mode: 'read' });
  }

  async run(): Promise<void> {
    const { onProgress } = this.#options;
    onProgress({ phase: 'storage', done: 0, total: 1 });
    // One snapshot for the whole check: a validator may continue writing next to it.
    this.#database.exec('BEGIN');
    for (const problem of this.#database.pragma('quick_check(1)', { simple: false }) as { quick_check: string }[]) {
      if (problem.quick_check !== 'ok') throw damaged('chain.db', problem.quick_check);
    }
    // The only table with indexes: a block must be found where its row says.
    for (const problem of this.#database.pragma('integrity_check(blocks)') as { integrity_check: string }[]) {
      if (problem.integrity_check !== 'ok') throw damaged('chain.db', problem.integrity_check);
    }
    onProgress({ phase: 'storage', done: 1, total: 1 });
    const { unprovedMax = 0 } = this.#options;
    this.#reader = new ChainReader(this.#database, { writable: false, pageCacheCount: 16, unprovedMax });
    await this.#replay(this.#reader);
  }

  async #replay(reader: ChainReader): Promise<void> {
    const { verifier, onProgress, signal } = this.#options;
    const stored = this.#countRows();
    const { finalOnly = false } = this.#options;
    const counts = finalOnly ? { ...stored, blocks: reader.heightOrNone() + 1 } : stored;
    const store = new VerifyingStore(this.#database, decodeStatePage);
    const leaves: Uint8Array[] = [];
    const replay = new ChainReplay({ store, verify: verifier.verify, onLeaf: (leaf) => leaves.push(leaf) });
    const ahead = new CheckedAhead(this.#database, this.#options.pool);
    const tiles = TileBuilder.at(reader.log, 0);
    let tileCount = 0;
    for (let height = 0; height < counts.blocks; height++) {
      if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'the verification was stopped');
      this.place = `block ${height}`;
      await this.#replayBlock({ reader, replay, ahead }, height, counts.blocks);
      for (const tile of tiles.append(leaves.splice(0))) {
        this.#compareTile(tile);
        tileCount++;
      }
      this.#height = height;
      this.#pages = store.pages;
      if (height % 16 === 0 || height === counts.blocks - 1)
        onProgress({ phase: 'blocks', done: height + 1, total: counts.blocks });
    }
    this.#values = store.values;
    if (finalOnly) return;
    this.#compareCounts(counts, {
      blocks: this.#height + 1,
      ids: this.#height + 1,
      transactions: this.#transactions,
      tiles: tileCount,
      pages: store.pages,
      values: store.values,
    });
  }

  async #replayBlock({ reader, replay, ahead }: Replaying, height: number, blocks: number): Promise<void> {
    const row = reader.blockRow(height);
    if (row === undefined) throw damaged(`block ${height}`, 'is missing');
    const header = decodeHeader(row.header);
    const stage = stageOf(height, row);
    this.#checkStage(height, stage, blocks);
    const proof = row.proof === null ? null : decodeProof(row.proof);
    // First, so that a damaged header is not taken for damage of what it names.
    if (!equalBytes(row.hash, headerDigest(header, reader.chain())))
      throw damaged(`block ${height}`, 'does not match its stored hash');
    if (height === 0) compareChainId(reader, header);
    if (row.first_log_index !== this.#transactions)
      throw damaged(`block ${height}`, `says that it begins at transaction ${row.first_log_index}`);
    const size = header.log_size - row.first_log_index;
    if (size > BLOCK_TRANSACTIONS_MAX)
      throw damaged(`block ${height}`, `is invalid: a block holds at most ${BLOCK_TRANSACTIONS_MAX} transactions`);
    const { bytes, checked } = await ahead.take(size);
    if (bytes.length !== size)
      throw damaged(
        `block ${height}`,
        `has ${reader.transactionBytesBetween(row.first_log_index, header.log_size).length} of ${size} transactions`,
      );
    for (const [offset, one] of checked.entries()) {
      if (isRejection(one)) throw damaged(`transaction ${row.first_log_index + offset}`, `is invalid: ${one.message}`);
    }
    const fault = replay.apply({ header, proof, transactions: checked });
    if (fault !== null) throw damaged(/^transaction \d+/.exec(fault)?.[0] ?? `block ${height}`, `is invalid: ${fault}`);
    if (!equalBytes(row.roots, encodeRoots(replay.roots)))
      throw damaged(`block ${height}`, 'has other state roots than its transactions give');
    const ids = encodeIdEntries(
      checked.flatMap((one) => (isRejection(one) ? [] : [{ id: one.id, timestamp: one.transaction.timestamp }])),
    );
    if (!equalBytes(reader.idBytes(height) ?? new Uint8Array(0), ids))
      throw damaged(`block ${height}`, 'has other transaction ids than its transactions give');
    const filed = this.#database
      .prepare<[number], { readonly era: number; readonly timestamp: number }>(
        'SELECT era, timestamp FROM blocks WHERE height = ?',
      )
      .get(height);
    if (filed?.timestamp !== header.timestamp || filed.era !== header.era)
      throw damaged(`block ${height}`, 'is filed under another time than its header says');
    this.#transactions = header.log_size;
    if (stage !== 'decided') this.#finalHeight = height;
    if (row.proof === null) return;
    await this.#options.onBlock?.({ header: row.header, proof: row.proof, transactions: bytes });
    this.#provedHeight = height;
  }

  /** Proofs come in order; the newest final blocks may wait for theirs, and after them one block may be decided alone. */
  #checkStage(height: number, stage: BlockStage, blocks: number): void {
    const { unprovedMax = 0 } = this.#options;
    const waiting = height - 1 - this.#provedHeight;
    if (stage === 'proved' && waiting > 0)
      throw damaged(`block ${height - 1}`, 'has no proof, and the block after it has');
    if (stage === 'final' && waiting >= unprovedMax) throw damaged(`block ${height}`, 'is final and has no proof');
    // A stop came before it was final: the node continues with it when it starts again.
    if (stage === 'decided' && (height !== blocks - 1 || height === 0)) throw damaged(`block ${height}`, 'has no seal');
  }

  #compareTile(tile: { readonly id: number; readonly hashes: Uint8Array; readonly root: Uint8Array }): void {
    const place = `log tile ${tile.id}`;
    const stored = this.#database
      .prepare<[number], { readonly hashes: Uint8Array; readonly root: Uint8Array }>(
        'SELECT hashes, root FROM log_tiles WHERE id = ?',
      )
      .get(tile.id);
    if (stored === undefined) throw damaged(place, 'is missing');
    if (!equalBytes(stored.hashes, tile.hashes) || !equalBytes(stored.root, tile.root))
      throw damaged(place, 'is not what the transactions give');
  }

  #countRows(): RowCounts {
    const count = (table: string): number =>
      this.#database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
    return {
      blocks: count('blocks'),
      ids: count('block_ids'),
      transactions: count('transactions'),
      tiles: count('log_tiles'),
      pages: count('state_pages'),
      values: count('state_values'),
    };
  }

  #compareCounts(stored: RowCounts, replayed: RowCounts): void {
    if (stored.blocks === 0) throw damaged('chain.db', 'holds no block');
    for (const name of Object.keys(stored) as (keyof RowCounts)[]) {
      if (stored[name] !== replayed[name])
        throw damaged('chain.db', `holds ${stored[name]} rows of ${name}; the chain has ${replayed[name]}`);
    }
  }

  result(findings: readonly Finding[]): ChainVerification {
    return {
      findings,
      height: Math.max(0, this.#finalHeight),
      provedHeight: this.#provedHeight,
      blocks: this.#finalHeight + 1,
      transactions: this.#transactions,
      statePages: this.#pages,
      stateValues: this.#values,
      unsealed: this.#height > this.#finalHeight ? this.#height : null,
    };
  }

  close(): void {
    this.#database.close();
  }
}

/** The database's own name for its chain: what signatures are checked against. */
function compareChainId(reader: ChainReader, { chain_id }: BlockHeader): void {
  const named = reader.meta('chain_id');
  const more = reader.metaKeys().filter((key) => key !== 'chain_id');
  if (more.length > 0) throw damaged('meta', `holds ${more.length} more than the name of the chain`);
  if (named !== chain_id) throw damaged('meta', `names chain ${String(named)}, and block 0 is of ${chain_id}`);
}
