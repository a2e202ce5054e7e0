import type Database from 'better-sqlite3';
import { QuantumLockError } from '../../base/errors.ts';
import { leafHash, merkleRoot, type LogNodeReader } from '../../ledger/log/log.ts';

/** Hashes of one tile (C2SP tlog-tiles: 2^8). */
export const TILE_WIDTH = 256;
const LEVEL_STEP = 2 ** 40;
/** 256^5 transactions: more than there ever are. */
export const TILE_LEVELS = 5;

export function tileId(level: number, index: number): number {
  return level * LEVEL_STEP + index;
}

/** Ids that no full tile of a log of `size` transactions has, level by level: from the first, below the end. */
export function* tileIdsBehind(size: number): Generator<{ readonly begin: number; readonly end: number }> {
  for (let level = 0, count = size; level < TILE_LEVELS; level++) {
    count = Math.floor(count / TILE_WIDTH);
    yield { begin: tileId(level, count), end: tileId(level + 1, 0) };
  }
}

/** The full tiles of the log: what is above the newest, partial ones is read from here; leaves of a partial tile are re-hashed. */
export class LogRows implements LogNodeReader {
  readonly #readTile: Database.Statement<[number], { readonly hashes: Uint8Array; readonly root: Uint8Array }>;
  readonly #readRoot: Database.Statement<[number], Uint8Array>;
  readonly #readLeaf: Database.Statement<[number], Uint8Array>;

  constructor(database: Database.Database) {
    this.#readTile = database.prepare('SELECT hashes, root FROM log_tiles WHERE id = ?');
    this.#readRoot = database.prepare<[number], Uint8Array>('SELECT root FROM log_tiles WHERE id = ?').pluck();
    this.#readLeaf = database
      .prepare<[number], Uint8Array>('SELECT bytes FROM transactions WHERE log_index = ?')
      .pluck();
  }

  /** A full tile as it is stored. */
  tile(id: number): { readonly hashes: Uint8Array; readonly root: Uint8Array } | undefined {
    return this.#readTile.get(id);
  }

  /** Root of the perfect subtree of 2^level leaves at `index`. @throws STORAGE_CORRUPT where it is not stored */
  perfectNode(level: number, index: number): Uint8Array {
    if (level === 0) {
      const bytes = this.#readLeaf.get(index);
      if (bytes === undefined) throw new QuantumLockError('STORAGE_CORRUPT', `transaction ${index} is missing`);
      return leafHash(bytes);
    }
    if (level % 8 === 0) {
      const root = this.#readRoot.get(tileId(level / 8 - 1, index));
      if (root === undefined)
        throw new QuantumLockError('STORAGE_CORRUPT', `log tile ${level / 8 - 1}/${index} is missing`);
      return root;
    }
    const width = 2 ** (level % 8);
    const tileLevel = Math.floor(level / 8);
    const first = index * width;
    const tile = this.#readTile.get(tileId(tileLevel, Math.floor(first / TILE_WIDTH)));
    const hashes = Array.from({ length: width }, (_, offset) => {
      if (tile === undefined) return this.perfectNode(tileLevel * 8, first + offset);
      const begin = ((first % TILE_WIDTH) + offset) * 32;
      return tile.hashes.subarray(begin, begin + 32);
    });
    return merkleRoot(hashes);
  }
}

/** A row of log_tiles. */
export interface Tile {
  readonly id: number;
  readonly hashes: Uint8Array;
  readonly root: Uint8Array;
}

/** Gathers leaves into tiles as the log grows; a full tile is handed out to be stored, with the ones that it fills above. */
export class TileBuilder {
  /** Hashes of the partial tile of each level. */
  readonly #partial: Uint8Array[][];
  readonly #counts: number[];

  private constructor(partial: Uint8Array[][], counts: number[]) {
    this.#partial = partial;
    this.#counts = counts;
  }

  /** The builder of a log that has `size` leaves already. */
  static at(reader: LogNodeReader, size: number): TileBuilder {
    const partial: Uint8Array[][] = [];
    const counts: number[] = [];
    for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
      const begin = count - (count % TILE_WIDTH);
      partial.push(
        Array.from({ length: count % TILE_WIDTH }, (_, offset) => reader.perfectNode(level * 8, begin + offset)),
      );
      counts.push(count);
    }
    return new TileBuilder(partial, counts);
  }

  /** Adds leaves; returns the tiles that became full. */
  append(leaves: readonly Uint8Array[]): Tile[] {
    const full: Tile[] = [];
    const push = (level: number, hash: Uint8Array): void => {
      const partial = (this.#partial[level] ??= []);
      partial.push(hash);
      const count = (this.#counts[level] ?? 0) + 1;
      this.#counts[level] = count;
      if (partial.length < TILE_WIDTH) return;
      const hashes = new Uint8Array(TILE_WIDTH * 32);
      for (const [index, part] of partial.entries()) hashes.set(part, index * 32);
      const root = merkleRoot(partial);
      full.push({ id: tileId(level, count / TILE_WIDTH - 1), hashes, root });
      this.#partial[level] = [];
      push(level + 1, root);
    };
    for (const leaf of leaves) push(0, leaf);
    return full;
  }

  /** A copy, to be thrown away if the block fails. */
  copy(): TileBuilder {
    return new TileBuilder(
      this.#partial.map((level) => [...level]),
      [...this.#counts],
    );
  }
}
