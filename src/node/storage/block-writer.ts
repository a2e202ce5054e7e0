import type Database from 'better-sqlite3';
import type { BlockHeader } from '../../ledger/blocks/block.ts';
import type { StateRoots } from '../../ledger/state/ledger-state.ts';
import { encodeIdEntries, encodeRoots, type IdEntry } from './block-rows.ts';
import type { Tile } from './log-rows.ts';

/** What a block is in chain.db, besides the rows of the state. */
export interface BlockContent {
  readonly header: BlockHeader;
  /** The header's canonical text. */
  readonly text: string;
  /** Canonical text; null where there is none yet. */
  readonly proof: string | null;
  readonly hash: Uint8Array;
  readonly isFinal: boolean;
  readonly roots: StateRoots;
  /** Log index of the first transaction. */
  readonly firstLogIndex: number;
  readonly transactions: readonly Uint8Array[];
  readonly ids: readonly IdEntry[];
  /** Those that its transactions fill. */
  readonly tiles: readonly Tile[];
}

/** Inserts the rows of blocks, inside a transaction of the caller's. */
export class BlockWriter {
  readonly #insertBlock: Database.Statement<
    [number, string, string | null, Uint8Array, number, number, number, Uint8Array, number]
  >;
  readonly #insertIds: Database.Statement<[number, Uint8Array]>;
  readonly #insertTransaction: Database.Statement<[number, Uint8Array]>;
  readonly #insertTile: Database.Statement<[number, Uint8Array, Uint8Array]>;

  constructor(database: Database.Database) {
    this.#insertBlock = database.prepare(
      'INSERT INTO blocks (height, header, proof, hash, era, timestamp, first_log_index, roots, final) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#insertIds = database.prepare('INSERT INTO block_ids (height, entries) VALUES (?, ?)');
    this.#insertTransaction = database.prepare('INSERT INTO transactions (log_index, bytes) VALUES (?, ?)');
    this.#insertTile = database.prepare('INSERT INTO log_tiles (id, hashes, root) VALUES (?, ?, ?)');
  }

  write({ header, text, proof, hash, isFinal, roots, firstLogIndex, transactions, ids, tiles }: BlockContent): void {
    const { index, era, timestamp } = header;
    for (const [offset, bytes] of transactions.entries()) this.#insertTransaction.run(firstLogIndex + offset, bytes);
    for (const tile of tiles) this.#insertTile.run(tile.id, tile.hashes, tile.root);
    this.#insertIds.run(index, encodeIdEntries(ids));
    this.#insertBlock.run(index, text, proof, hash, era, timestamp, firstLogIndex, encodeRoots(roots), isFinal ? 1 : 0);
  }
}
