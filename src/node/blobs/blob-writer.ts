import { hash } from 'node:crypto';

import type Database from 'better-sqlite3';

import { assert, defined } from '../../base/assert.ts';
import { decodeHex, type Hash } from '../../base/bytes.ts';
import { BLOB_PACK_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { encodeFileEntries, type FileEntry } from '../../ledger/log/file-tree.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import {
  openIndexForWriting,
  packsDirectoryOf,
  type CachedFile,
  type ChunkRow,
  type ContentRow,
  type DamagedRow,
  type PackRow,
} from './blob-index.ts';
import { PackWriter } from './pack-writer.ts';

export interface CacheChange {
  readonly remember: readonly CachedFile[];
  readonly forget: readonly string[];
}

const HASH_SIZE_BYTES = 32;

/** The one writer: collects chunks and contents, and commits them with the manifest that names them, or not at all. */
export class BlobWriter {
  readonly #database: Database.Database;
  readonly #packs: PackWriter;
  readonly #place: Database.Statement<[Buffer], Omit<ChunkRow, 'hash'>>;
  readonly #content: Database.Statement<[Buffer], Omit<ContentRow, 'content_hash'>>;
  #damaged: Set<string>;
  /** By their hashes in hex, as everything that is not in the index yet. */
  #chunks = new Map<string, Omit<ChunkRow, 'hash'>>();
  #contents = new Map<string, Omit<ContentRow, 'content_hash'>>();

  constructor(directory: string, packSizeMax: number = BLOB_PACK_SIZE_BYTES_MAX) {
    this.#database = openIndexForWriting(directory);
    const packs = this.#database.prepare<[], PackRow>('SELECT pack, size FROM packs ORDER BY pack').all();
    this.#packs = new PackWriter(packsDirectoryOf(directory), packs, packSizeMax);
    this.#place = this.#database.prepare('SELECT pack, offset, size FROM chunks WHERE hash = ?');
    this.#content = this.#database.prepare('SELECT size, chunks FROM contents WHERE content_hash = ?');
    this.#damaged = this.#readDamaged();
  }

  /**
   * Keeps a chunk that the store does not have. What it has is checked against these bytes, and repaired where it is
   * damaged.
   */
  addChunk(chunkHash: string, chunk: Uint8Array): void {
    if (this.#chunks.has(chunkHash)) return;
    const key = Buffer.from(chunkHash, 'hex');
    const place = this.#place.get(key);
    if (place !== undefined) {
      const isMended = this.#packs.holds(place, chunk) || this.#repair(place, chunk);
      if (isMended && this.#damaged.has(`chunk ${chunkHash}`)) this.#forgetChunk(key);
      if (isMended) return;
    }
    const { pack, offset } = this.#packs.append(chunk);
    this.#chunks.set(chunkHash, { pack, offset, size: chunk.length });
  }

  /** A file's content, whose chunks were all added before. A single chunk is a content by itself, under the same hash. */
  addContent(contentHash: string, size: number, chunkHashes: readonly string[]): void {
    if (chunkHashes.length === 1) {
      assert(chunkHashes[0] === contentHash, 'the hash of a single chunk is the hash of the content');
      return;
    }
    if (this.#contents.has(contentHash)) return;
    const chunks = Buffer.from(chunkHashes.join(''), 'hex');
    const known = this.#content.get(Buffer.from(contentHash, 'hex'));
    const isSame = known?.size === size && chunks.equals(known.chunks);
    if (isSame && !this.#damaged.has(`content ${contentHash}`)) return;
    this.#contents.set(contentHash, { size, chunks });
  }

  /** What is remembered of a directory's files, as far as their contents are here and whole. */
  cachedFiles(directory: string): ReadonlyMap<string, CachedFile> {
    const rows = this.#database
      .prepare<[string], Omit<CachedFile, 'content_hash'> & { content_hash: Buffer; chunks: Buffer | null }>(
        `SELECT path, stamp, file_cache.content_hash, contents.chunks FROM file_cache
         LEFT JOIN contents USING (content_hash) LEFT JOIN chunks ON chunks.hash = file_cache.content_hash
         WHERE directory = ? AND (contents.chunks IS NOT NULL OR chunks.hash IS NOT NULL)`,
      )
      .iterate(directory);
    const files = new Map<string, CachedFile>();
    for (const row of rows) {
      const contentHash = row.content_hash.toString('hex');
      if (this.#isDamaged(contentHash, row.chunks)) continue;
      files.set(row.path, { path: row.path, stamp: row.stamp, content_hash: contentHash });
    }
    return files;
  }

  /** Whether every chunk of a content is here with the right bytes: reads them. */
  isWhole(contentHash: string): boolean {
    const hashBytes = Buffer.from(contentHash, 'hex');
    const chunks = this.#content.get(hashBytes)?.chunks ?? hashBytes;
    for (let offset = 0; offset < chunks.length; offset += HASH_SIZE_BYTES) {
      const chunkHash = chunks.subarray(offset, offset + HASH_SIZE_BYTES);
      const place = this.#place.get(chunkHash);
      const bytes = place === undefined ? null : this.#packs.read(place);
      if (bytes === null || !hash('sha256', bytes, 'buffer').equals(chunkHash)) return false;
    }
    return true;
  }

  /** See {@link PackWriter.startSync}. */
  startSync(): Promise<void> {
    return this.#packs.startSync();
  }

  /** Commits everything added, under its manifest. @throws STORAGE_FULL, STORAGE_FAILED, and nothing is kept */
  commit(directory: string, stateHash: Hash, entries: readonly FileEntry[], cache: CacheChange): void {
    this.#commit((grown) => this.#insert(directory, stateHash, entries, cache, grown));
  }

  #commit(insert: (grown: readonly PackRow[]) => void): void {
    try {
      const grown = this.#packs.sync();
      this.#database.transaction(() => insert(grown)).immediate();
    } catch (cause) {
      this.rollback();
      throw storageError('the blob store (storing the directory)', cause);
    }
    this.#packs.commit();
    this.#chunks = new Map();
    this.#contents = new Map();
    if (this.#damaged.size > 0) this.#damaged = this.#readDamaged();
  }

  /** Commits everything added, before a directory names it: for what is taken over from a backup, in bounded memory. @throws STORAGE_FULL, STORAGE_FAILED */
  commitContent(): void {
    this.#commit((grown) => this.#insertContent(grown));
  }

  /** Forgets everything added since the last commit. */
  rollback(): void {
    this.#chunks = new Map();
    this.#contents = new Map();
    this.#packs.rollback();
  }

  /** Remembers what verification found, so that storing the directory again reads it and repairs it. */
  markDamaged(rows: readonly DamagedRow[]): void {
    const insert = this.#database.prepare<DamagedRow>(
      'INSERT OR IGNORE INTO damaged(kind, hash) VALUES (:kind, :hash)',
    );
    this.#database.transaction(() => rows.forEach((row) => insert.run(row))).immediate();
    this.#damaged = this.#readDamaged();
  }

  close(): void {
    this.#packs.close();
    this.#database.close();
  }

  #insert(
    directory: string,
    stateHash: Hash,
    entries: readonly FileEntry[],
    cache: CacheChange,
    grown: readonly PackRow[],
  ): void {
    const database = this.#database;
    this.#insertContent(grown);
    const remember = database.prepare<Omit<CachedFile, 'content_hash'> & { directory: string; content_hash: Buffer }>(
      `INSERT INTO file_cache(directory, path, stamp, content_hash) VALUES (:directory, :path, :stamp, :content_hash)
       ON CONFLICT(directory, path) DO UPDATE SET stamp = excluded.stamp, content_hash = excluded.content_hash`,
    );
    const forget = database.prepare<[string, string]>('DELETE FROM file_cache WHERE directory = ? AND path = ?');
    for (const { path, stamp, content_hash } of cache.remember) {
      remember.run({ directory, path, stamp, content_hash: Buffer.from(content_hash, 'hex') });
    }
    for (const path of cache.forget) forget.run(directory, path);
    this.#insertManifest(Buffer.from(decodeHex(stateHash)), entries);
  }

  #insertContent(grown: readonly PackRow[]): void {
    const database = this.#database;
    const pack = database.prepare<PackRow>(
      'INSERT INTO packs(pack, size) VALUES (:pack, :size) ON CONFLICT(pack) DO UPDATE SET size = excluded.size',
    );
    const chunk = database.prepare<ChunkRow>(
      'INSERT OR REPLACE INTO chunks(hash, pack, offset, size) VALUES (:hash, :pack, :offset, :size)',
    );
    const content = database.prepare<ContentRow>(
      'INSERT OR REPLACE INTO contents(content_hash, size, chunks) VALUES (:content_hash, :size, :chunks)',
    );
    for (const row of grown) pack.run(row);
    // In the order of the index's own tree, which is several times as fast as at random.
    for (const [key, row] of inKeyOrder(this.#chunks)) {
      chunk.run({ hash: key, ...row });
      this.#forgetDamage({ kind: 'chunk', hash: key });
    }
    for (const [content_hash, row] of inKeyOrder(this.#contents)) {
      content.run({ content_hash, ...row });
      this.#forgetDamage({ kind: 'content', hash: content_hash });
    }
  }

  #insertManifest(stateHash: Buffer, entries: readonly FileEntry[]): void {
    const known = this.#database
      .prepare<[Buffer], Buffer>('SELECT entries FROM manifests WHERE state_hash = ?')
      .pluck();
    const encoded = Buffer.from(encodeFileEntries(entries));
    if (known.get(stateHash)?.equals(encoded) !== true)
      this.#database
        .prepare<[Buffer, Buffer]>('INSERT OR REPLACE INTO manifests(state_hash, entries) VALUES (?, ?)')
        .run(stateHash, encoded);
    this.#forgetDamage({ kind: 'manifest', hash: stateHash });
  }

  /**
   * Writes the right bytes where they belong: between the chunk before and the one after, never over one of them. False where
   * the index names a place that cannot be the chunk's own: it is then stored at another.
   */
  #repair(place: Omit<ChunkRow, 'hash'>, chunk: Uint8Array): boolean {
    if (place.size !== chunk.length || !this.#isInPlace(place)) return false;
    this.#packs.repair(place, chunk);
    return true;
  }

  #isInPlace({ pack, offset, size }: Omit<ChunkRow, 'hash'>): boolean {
    const around = this.#database
      .prepare<
        { pack: number; offset: number },
        { before: number | null; after: number | null; committed: number | null }
      >(
        `SELECT (SELECT max(offset + size) FROM chunks WHERE pack = :pack AND offset < :offset) AS before,
           (SELECT min(offset) FROM chunks WHERE pack = :pack AND offset > :offset) AS after,
           (SELECT size FROM packs WHERE pack = :pack) AS committed`,
      )
      .get({ pack, offset });
    return (around?.before ?? 0) === offset && offset + size === (around?.after ?? around?.committed);
  }

  #forgetChunk(hashBytes: Buffer): void {
    this.#forgetDamage({ kind: 'chunk', hash: hashBytes });
    this.#damaged.delete(`chunk ${hashBytes.toString('hex')}`);
  }

  #forgetDamage(row: DamagedRow): void {
    if (this.#damaged.size === 0) return;
    this.#database.prepare<DamagedRow>('DELETE FROM damaged WHERE kind = :kind AND hash = :hash').run(row);
  }

  #readDamaged(): Set<string> {
    const rows = this.#database.prepare<[], DamagedRow>('SELECT kind, hash FROM damaged').all();
    return new Set(rows.map(({ kind, hash }) => `${kind} ${hash.toString('hex')}`));
  }

  #isDamaged(contentHash: string, chunks: Buffer | null): boolean {
    if (this.#damaged.size === 0) return false;
    if (chunks === null) return this.#damaged.has(`chunk ${contentHash}`);
    if (this.#damaged.has(`content ${contentHash}`)) return true;
    for (let offset = 0; offset < chunks.length; offset += HASH_SIZE_BYTES) {
      if (this.#damaged.has(`chunk ${chunks.toString('hex', offset, offset + HASH_SIZE_BYTES)}`)) return true;
    }
    return false;
  }
}

function inKeyOrder<T>(rows: ReadonlyMap<string, T>): readonly (readonly [Buffer, T])[] {
  return [...rows.keys()].sort().map((key) => [Buffer.from(key, 'hex'), defined(rows.get(key), 'a row')]);
}
