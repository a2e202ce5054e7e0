import type Database from 'better-sqlite3';
import { hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { encodeHash } from '../../base/bytes.ts';
import { systemCodeOf } from '../../base/errors.ts';
import {
  openIndexForReading,
  indexPathOf,
  packsDirectoryOf,
  type ChunkRow,
  type ContentRow,
  type ManifestRow,
} from '../blobs/blob-index.ts';
import { chunkHashesOf, decodeManifest, SELECT_CHUNK, SELECT_CONTENT } from '../blobs/blob-rows.ts';
import { packPathOf } from '../blobs/pack-writer.ts';
import { isThere } from '../data-directory/is-there.ts';
import type { ContentEnd } from './backup-format.ts';
import type { Row } from './part-rows.ts';

const NOTHING: ContentEnd = { directories: 0, newest: null, pack: 0, size: 0 };
const ROWS_PER_READ = 500;

interface DirectoryRow extends ManifestRow {
  readonly rowid: number;
}

/** The content that is stored here, read beside its writer, up to what was stored when it was opened. */
export class ContentSource {
  readonly end: ContentEnd;
  /** Chunks that the store names and could not give. */
  lost = 0;
  readonly #database: Database.Database | null;
  readonly #packsDirectory: string;
  readonly #packs = new Map<number, number>();
  #chunk = Buffer.alloc(0);

  /** @throws STORAGE_CORRUPT, DATA_DIR_NEWER */
  constructor(directory: string) {
    this.#packsDirectory = packsDirectoryOf(directory);
    this.#database = isThere(indexPathOf(directory)) ? openIndexForReading(directory) : null;
    this.end = this.#database === null ? NOTHING : readEnd(this.#database);
  }

  /** Whether a backup that ended there can be gone on from: the same store, which has only grown since. */
  continues({ directories, newest, pack, size }: ContentEnd): boolean {
    if (directories === 0) return true;
    const { end } = this;
    if (end.directories < directories || end.pack < pack || (end.pack === pack && end.size < size)) return false;
    const row = this.#database
      ?.prepare<[number], Buffer>('SELECT state_hash FROM manifests WHERE rowid = ?')
      .pluck()
      .get(directories);
    return row !== undefined && encodeHash(row) === newest;
  }

  /**
   * Chunks: all of them in the order in which they lie on the disk, or those that only new directories have. Each is valid until the
   * next is asked for.
   */
  *chunks(from: ContentEnd | null): Generator<Row, void, undefined> {
    for (const place of from === null ? this.#allChunks() : this.#newChunks(from)) {
      const bytes = this.#read(place);
      if (bytes === null) this.lost += 1;
      else yield [bytes];
    }
  }

  *#allChunks(): Generator<ChunkRow, void, undefined> {
    const { pack, size } = this.end;
    const select = this.#database?.prepare<Record<string, number>, ChunkRow>(
      `${SELECT_CHUNK} WHERE pack < :pack OR (pack = :pack AND offset < :size) ORDER BY pack, offset`,
    );
    if (select !== undefined) yield* select.iterate({ pack, size });
  }

  *#newChunks(from: ContentEnd): Generator<ChunkRow, void, undefined> {
    const select = this.#database?.prepare<[Buffer], ChunkRow>(`${SELECT_CHUNK} WHERE hash = ?`);
    const given = new Set<string>();
    for (const file of this.#contentsOf(from)) {
      for (const chunkHash of chunkHashesOf(file)) {
        const row = select?.get(chunkHash);
        if (row === undefined) this.lost += 1;
        else if (isBehind(row, from) && !given.has(chunkHash.toString('hex'))) {
          given.add(chunkHash.toString('hex'));
          yield row;
        }
      }
    }
  }

  /** Files of several chunks, or of none: one of a single chunk is that chunk. */
  *files(from: ContentEnd | null): Generator<Row, void, undefined> {
    if (this.#database === null) return;
    const rows =
      from === null ? this.#database.prepare<[], ContentRow>(SELECT_CONTENT).iterate() : this.#contentsOf(from);
    for (const { content_hash, size, chunks } of rows)
      if (!chunks.equals(content_hash)) yield [content_hash, size, chunks];
  }

  *directories(from: ContentEnd | null): Generator<Row, void, undefined> {
    for (const { state_hash, entries } of this.#directoryRows(from)) yield [state_hash, entries];
  }

  *#directoryRows(from: ContentEnd | null): Generator<DirectoryRow, void, undefined> {
    const select = this.#database?.prepare<[number, number, number], DirectoryRow>(
      'SELECT rowid, state_hash, entries FROM manifests WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?',
    );
    if (select === undefined) return;
    for (let after = from?.directories ?? 0; after < this.end.directories;) {
      const rows = select.all(after, this.end.directories, ROWS_PER_READ);
      yield* rows;
      after = rows.at(-1)?.rowid ?? this.end.directories;
    }
  }

  /** Each content that new directories name, once. */
  *#contentsOf(from: ContentEnd): Generator<ContentRow, void, undefined> {
    const select = this.#database?.prepare<[Buffer], ContentRow>(`${SELECT_CONTENT} WHERE content_hash = ?`);
    const given = new Set<string>();
    for (const row of this.#directoryRows(from)) {
      for (const { content_hash: name, size_bytes: size } of decodeManifest(row)) {
        if (given.has(name)) continue;
        given.add(name);
        const content_hash = Buffer.from(name.slice(2), 'hex');
        yield select?.get(content_hash) ?? { content_hash, size, chunks: content_hash };
      }
    }
  }

  /** The bytes, checked against their hash, until the next are read; null where they are damaged or gone. */
  #read({ hash: name, pack, offset, size }: ChunkRow): Buffer | null {
    const file = this.#packs.get(pack) ?? this.#openPack(pack);
    if (file === null) return null;
    if (this.#chunk.length < size) this.#chunk = Buffer.allocUnsafeSlow(size);
    const bytes = this.#chunk.subarray(0, size);
    for (let filled = 0; filled < size;) {
      const count = readSync(file, bytes, filled, size - filled, offset + filled);
      if (count === 0) return null;
      filled += count;
    }
    return hash('sha256', bytes, 'buffer').equals(name) ? bytes : null;
  }

  #openPack(pack: number): number | null {
    try {
      const file = openSync(packPathOf(this.#packsDirectory, pack), 'r');
      this.#packs.set(pack, file);
      return file;
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  close(): void {
    for (const file of this.#packs.values()) closeSync(file);
    this.#database?.close();
  }
}

function isBehind({ pack, offset }: ChunkRow, from: ContentEnd): boolean {
  return pack > from.pack || (pack === from.pack && offset >= from.size);
}

function readEnd(database: Database.Database): ContentEnd {
  return database.transaction((): ContentEnd => {
    const newest = database
      .prepare<[], DirectoryRow>('SELECT rowid, state_hash, entries FROM manifests ORDER BY rowid DESC LIMIT 1')
      .get();
    const pack = database
      .prepare<[], { readonly pack: number; readonly size: number }>(
        'SELECT pack, size FROM packs ORDER BY pack DESC LIMIT 1',
      )
      .get();
    return {
      directories: newest?.rowid ?? 0,
      newest: newest === undefined ? null : encodeHash(newest.state_hash),
      pack: pack?.pack ?? 0,
      size: pack?.size ?? 0,
    };
  })();
}
