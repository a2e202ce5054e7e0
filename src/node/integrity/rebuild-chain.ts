import type Database from 'better-sqlite3';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { decodeHex } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { decodeHeader, headerDigest, type BlockHeader } from '../../ledger/blocks/block.ts';
import { decodeProof } from '../../ledger/blocks/block-proof.ts';
import { ChainReplay, type ReplayStart } from '../../ledger/blocks/replay.ts';
import { leafHash } from '../../ledger/log/log.ts';
import { LedgerState, type StateRoots } from '../../ledger/state/ledger-state.ts';
import { PackedPastBlocks, pastBlockOf } from '../../ledger/state/past-blocks.ts';
import { isRejection, transactionId } from '../../ledger/transactions/transaction.ts';
import { readCheckedFrontier } from '../chain/checked-head.ts';
import { NOTHING_KNOWN, recallRecent } from '../chain/recall-recent.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import type { VerifyPool, Verified } from '../engine/verify-pool.ts';
import type { SignatureVerifier } from '../signature-verifier.ts';
import type { IdEntry } from '../storage/block-rows.ts';
import { BlockWriter } from '../storage/block-writer.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { openChainFile, WRITER_CACHE_KIB } from '../storage/chain-file.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { LogRows, TileBuilder } from '../storage/log-rows.ts';
import { decodeStoredTransaction } from '../storage/stored-transaction.ts';
import type { FittingRows } from './fitting-rows.ts';
import type { StateSource } from './state-source.ts';

/** A block that was decided and waits for its seal: it is executed like the others, and gets none here. */
export interface WaitingBlock {
  readonly header: string;
  readonly transactions: readonly Uint8Array[];
}

export interface RebuildOptions {
  readonly rows: FittingRows;
  readonly waiting: WaitingBlock | null;
  /** Null executes every block. */
  readonly from: StateSource | null;
  /** An empty directory, in which chain.db is made. */
  readonly directory: string;
  readonly pool: VerifyPool;
  readonly verifier: SignatureVerifier;
  readonly onProgress: (phase: 'copy' | 'replay', done: number, total: number) => void;
  /** @throws CANCELLED */
  readonly assertGoingOn: () => void;
}

/** What was executed. */
export interface Rebuilt {
  readonly blocks: number;
  readonly transactions: number;
}

interface Block {
  readonly text: string;
  readonly header: BlockHeader;
  /** Null where it waits. */
  readonly proof: string | null;
  readonly transactions: readonly Uint8Array[];
}

/** Transactions between two commits of the new file: what is lost by a stop is made again. */
const TRANSACTIONS_AT_ONCE = 2_000;

/**
 * Makes a whole chain.db from rows that follow from no others: what they give is written with the very same row ids. Every block that
 * is executed is checked against its header, as a verification does it. When this returns, it is one file, which the
 * caller has to write out to the disk.
 * @throws CHAIN_INVALID where the rows do not make a chain, STORAGE_CORRUPT where `from` cannot be read, STORAGE_FULL, CANCELLED
 */
export async function rebuildChain(options: RebuildOptions): Promise<Rebuilt> {
  const rebuild = new Rebuild(options);
  try {
    const rebuilt = await rebuild.run();
    rebuild.finish();
    return rebuilt;
  } finally {
    rebuild.close();
  }
}

/** Makes the directory for a new try: what an earlier one left there is of no use. */
export function prepareRebuild(directory: string): void {
  guardStorage(directory, () => {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { mode: 0o700 });
  });
}

class Rebuild {
  readonly #options: RebuildOptions;
  readonly #database: Database.Database;
  readonly #rows: BlockWriter;
  #tiles: TileBuilder | null = null;
  #logSize = 0;
  #sinceCommit = 0;

  constructor(options: RebuildOptions) {
    this.#options = options;
    this.#database = openChainFile(options.directory, { mode: 'write', cacheKib: WRITER_CACHE_KIB });
    // Nobody uses it before it was made whole, written out and checked: what a stop leaves of it is thrown away.
    this.#database.pragma('journal_mode = MEMORY');
    this.#database.pragma('synchronous = OFF');
    this.#rows = new BlockWriter(this.#database);
  }

  async run(): Promise<Rebuilt> {
    const { from, rows } = this.#options;
    if (from !== null) this.#copyState(from);
    this.#database.exec('BEGIN');
    const { chain_id } = decodeHeader(rows.header(0));
    this.#database.prepare("INSERT INTO meta (key, value) VALUES ('chain_id', ?)").run(chain_id);
    if (from !== null) await this.#copyBlocks(from);
    const rebuilt = await this.#replay(from);
    this.#guard(() => this.#database.exec('COMMIT'));
    return rebuilt;
  }

  /** In the journal mode that a chain is kept in. */
  finish(): void {
    this.#guard(() => this.#database.pragma('journal_mode = WAL'));
  }

  close(): void {
    this.#database.close();
  }

  #guard<T>(work: () => T): T {
    return guardStorage(join(this.#options.directory, CHAIN_DATABASE), work);
  }

  #copyState({ path, pages, values }: StateSource): void {
    this.#guard(() => {
      this.#database.prepare('ATTACH ? AS source').run(path);
      try {
        this.#database.transaction(() => {
          this.#database
            .prepare(
              'INSERT INTO main.state_pages SELECT id, bytes FROM source.state_pages WHERE id BETWEEN 1 AND ? ORDER BY id',
            )
            .run(pages);
          this.#database
            .prepare(
              'INSERT INTO main.state_values SELECT id, key, value FROM source.state_values WHERE id BETWEEN 1 AND ? ORDER BY id',
            )
            .run(values);
        })();
      } finally {
        this.#database.exec('DETACH source');
      }
    });
  }

  /** Blocks whose state was copied: nothing is executed, and all of it is checked against the hashes afterwards. */
  async #copyBlocks(from: StateSource): Promise<void> {
    const { onProgress, rows } = this.#options;
    for (let height = 0; height <= from.height; height++) {
      const block = this.#blockAt(height);
      const ids = block.transactions.map((bytes, offset) => this.#idOf(bytes, this.#logSize + offset));
      this.#write(block, {
        roots: from.rootsAt(height),
        leaves: block.transactions.map((bytes) => leafHash(bytes)),
        ids,
      });
      if (await this.#mayPause(block)) onProgress('copy', height + 1, rows.height + 1);
    }
  }

  #idOf(bytes: Uint8Array, logIndex: number): IdEntry {
    const { signature: _, ...unsigned } = decodeStoredTransaction(bytes, logIndex);
    const id = transactionId(unsigned, { genesis: this.#options.rows.genesis });
    return { id: decodeHex(id), timestamp: unsigned.timestamp };
  }

  async #replay(from: StateSource | null): Promise<Rebuilt> {
    const { onProgress, pool, rows, verifier, waiting } = this.#options;
    const begin = (from?.height ?? -1) + 1;
    // Opened behind the copied rows: what is appended gets the ids that follow.
    const reader = new ChainReader(this.#database, { writable: true });
    const leaves: Uint8Array[] = [];
    const start = from === null ? null : startAfter(reader, from.height);
    const replay = new ChainReplay({
      store: reader.state,
      verify: verifier.verify,
      onLeaf: (leaf) => leaves.push(leaf),
      ...(start === null ? {} : { start }),
    });
    let transactions = 0;
    const end = rows.height + (waiting === null ? 0 : 1);
    const verified = (height: number): Promise<readonly [Block, Verified[]]> | null => {
      if (height > end) return null;
      const block = this.#blockAt(height);
      return pool.verify(block.transactions).then((checked) => [block, checked]);
    };
    // The next block's signatures are checked on other threads while this one is executed.
    let next = verified(begin);
    for (let height = begin; next !== null; height++) {
      const [block, checked] = await next;
      next = verified(height + 1);
      next?.catch(() => undefined);
      const fault = replay.apply({
        header: block.header,
        proof: block.proof === null ? null : decodeProof(block.proof),
        transactions: checked,
      });
      if (fault !== null)
        throw new QuantumLockError('CHAIN_INVALID', `block ${height} is invalid: ${fault}`, {
          context: { place: `block ${height}` },
        });
      const ids = checked.flatMap((one) =>
        isRejection(one) ? [] : [{ id: one.id, timestamp: one.transaction.timestamp }],
      );
      this.#write(block, { roots: replay.roots, leaves: leaves.splice(0), ids });
      transactions += block.transactions.length;
      if (await this.#mayPause(block, reader)) onProgress('replay', height + 1, end + 1);
    }
    return { blocks: end + 1 - begin, transactions };
  }

  #blockAt(height: number): Block {
    const { rows, waiting } = this.#options;
    if (waiting !== null && height === rows.height + 1)
      return {
        text: waiting.header,
        header: decodeHeader(waiting.header),
        proof: null,
        transactions: waiting.transactions,
      };
    const text = rows.header(height);
    const header = decodeHeader(text);
    const first = height === 0 ? 0 : decodeHeader(rows.header(height - 1)).log_size;
    return { text, header, proof: rows.proof(height), transactions: rows.transactions(first, header.log_size) };
  }

  #write(
    { text, header, proof, transactions }: Block,
    {
      leaves,
      ...made
    }: { readonly roots: StateRoots; readonly leaves: readonly Uint8Array[]; readonly ids: readonly IdEntry[] },
  ): void {
    this.#guard(() => {
      this.#tiles ??= TileBuilder.at(new LogRows(this.#database), 0);
      this.#rows.write({
        ...made,
        header,
        text,
        proof,
        hash: headerDigest(header, { genesis: this.#options.rows.genesis }),
        // One without a proof is decided alone: the next start makes it final and proves it, in one step.
        isFinal: proof !== null,
        firstLogIndex: this.#logSize,
        transactions,
        tiles: this.#tiles.append(leaves),
      });
    });
    this.#logSize = header.log_size;
  }

  /** After some work: commits it, and lets others run. Returns whether it did. */
  async #mayPause({ transactions }: Block, reader?: ChainReader): Promise<boolean> {
    this.#sinceCommit += Math.max(transactions.length, TRANSACTIONS_AT_ONCE / 100);
    if (this.#sinceCommit < TRANSACTIONS_AT_ONCE) return false;
    this.#sinceCommit = 0;
    this.#options.assertGoingOn();
    this.#guard(() => this.#database.exec('COMMIT'));
    reader?.state.keep();
    await new Promise((resolve) => setImmediate(resolve));
    this.#guard(() => this.#database.exec('BEGIN'));
    return true;
  }
}

/** Where a replay continues, behind rows that were copied: each part checked against the header of that block. @throws STORAGE_CORRUPT */
function startAfter(reader: ChainReader, height: number): ReplayStart {
  return guardStorage(CHAIN_DATABASE, () => {
    const head = reader.block(height);
    const past = new PackedPastBlocks();
    for (let at = 0; at <= height; at++) past.append(pastBlockOf(reader.uncheckedBlock(at)));
    const state = new LedgerState(reader.state, head.roots, past);
    return {
      genesis: reader.chain().genesis,
      head,
      roots: head.roots,
      frontier: readCheckedFrontier(reader, head),
      recent: recallRecent(reader, { state, head, known: NOTHING_KNOWN }),
      past,
    };
  });
}
