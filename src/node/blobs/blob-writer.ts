import type Database from 'better-sqlite3';

import { assert, defined } from '../../base/assert.ts';
import type { Hash } from '../../base/bytes.ts';
import { decodeHex } from '../../base/bytes.ts';
import { encodeCanonical } from '../../base/canonical.ts';
import { BLOB_PACK_SIZE_BYTES_MAX } from '../../base/limits.ts';
import type { FileEntry } from '../../ledger/file-tree.ts';
import { storageError } from './blob-errors.ts';
import type { CachedFile, ChunkRow, ContentRow, DamagedRow, PackRow } from './blob-index.ts';
import { openIndexForWriting, packsDirectoryOf } from './blob-index.ts';
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
  readonly #hasChunk: Database.Statement<[Buffer], 1>;
  readonly #hasContent: Database.Statement<[Buffer], 1>;
  #damaged: Set<string>;
  #chunks = new Map<string, ChunkRow>();
  #contents = new Map<string, ContentRow>();

  constructor(directory: string, packSizeMax: number = BLOB_PACK_SIZE_BYTES_MAX) {
    this.#database = openIndexForWriting(directory);
    const packs = this.#database.prepare<[], PackRow>('SELECT pack, size FROM packs ORDER BY pack').all();
    this.#packs = new PackWriter(packsDirectoryOf(directory), packs, packSizeMax);
    this.#hasChunk = this.#database.prepare<[Buffer], 1>('SELECT 1 FROM chunks WHERE hash = ?').pluck();
    this.#hasContent = this.#database.prepare<[Buffer], 1>('SELECT 1 FROM contents WHERE content_hash = ?').pluck();
    this.#damaged = this.#readDamaged();
  }

  /** Keeps a chunk that the store does not have, or has damaged. The bytes are copied. */
  addChunk(hash: Buffer, chunk: Uint8Array): void {
    const key = hash.toString('hex');
    if (this.#damaged.has(`chunk ${key}`)) this.#repair(hash, chunk);
    if (this.#chunks.has(key) || this.#hasChunk.get(hash) !== undefined) return;
    const { pack, offset } = this.#packs.append(chunk);
    this.#chunks.set(key, { hash: Buffer.from(hash), pack, offset, size: chunk.length });
  }

  /** A file's content, whose chunks were all added before. */
  addContent(content: ContentRow): void {
    assert(content.chunks.length % HASH_SIZE_BYTES === 0, 'a content is a list of chunk hashes');
    const key = content.content_hash.toString('hex');
    if (this.#contents.has(key)) return;
    // A new single chunk is a new content: no need to ask the index.
    const known = !this.#chunks.has(key) && this.#hasContent.get(content.content_hash) !== undefined;
    if (known && !this.#damaged.has(`content ${key}`)) return;
    this.#contents.set(key, content);
  }

  /** What is remembered of a directory's files, as far as their contents are here and whole. */
  cachedFiles(directory: string): ReadonlyMap<string, CachedFile> {
    const rows = this.#database
      .prepare<[string], CachedFile & { readonly chunks: Buffer }>(
        `SELECT path, stamp, content_hash, chunks FROM file_cache JOIN contents USING (content_hash) WHERE directory = ?`,
      )
      .iterate(directory);
    const files = new Map<string, CachedFile>();
    for (const { path, stamp, content_hash, chunks } of rows) {
      if (!this.#isDamaged(content_hash, chunks)) files.set(path, { path, stamp, content_hash });
    }
    return files;
  }

  /** Commits everything added, under its manifest. @throws STORAGE_FULL, STORAGE_FAILED, and nothing is kept */
  commit(directory: string, stateHash: Hash, entries: readonly FileEntry[], cache: CacheChange): void {
    try {
      const grown = this.#packs.sync();
      this.#database.transaction(() => this.#insert(directory, stateHash, entries, cache, grown)).immediate();
    } catch (cause) {
      this.rollback();
      throw storageError(cause, 'storing the directory');
    }
    this.#packs.commit();
    this.#chunks = new Map();
    this.#contents = new Map();
    if (this.#damaged.size > 0) this.#damaged = this.#readDamaged();
  }

  /** Forgets everything added since the last commit. */
  rollback(): void {
    this.#chunks = new Map();
    this.#contents = new Map();
    this.#packs.rollback();
  }

  /** Remembers what verification found, so that storing the directory again reads it and mends it. */
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
    const pack = database.prepare<PackRow>(
      'INSERT INTO packs(pack, size) VALUES (:pack, :size) ON CONFLICT(pack) DO UPDATE SET size = excluded.size',
    );
    const chunk = database.prepare<ChunkRow>(
      'INSERT INTO chunks(hash, pack, offset, size) VALUES (:hash, :pack, :offset, :size)',
    );
    const content = database.prepare<ContentRow>(
      'INSERT OR REPLACE INTO contents(content_hash, size, chunks) VALUES (:content_hash, :size, :chunks)',
    );
    const remember = database.prepare<CachedFile & { directory: string }>(
      `INSERT INTO file_cache(directory, path, stamp, content_hash) VALUES (:directory, :path, :stamp, :content_hash)
       ON CONFLICT(directory, path) DO UPDATE SET stamp = excluded.stamp, content_hash = excluded.content_hash`,
    );
    const forget = database.prepare<[string, string]>('DELETE FROM file_cache WHERE directory = ? AND path = ?');
    for (const row of grown) pack.run(row);
    // In the order of the index's own tree, which is several times as fast as at random.
    for (const row of inKeyOrder(this.#chunks)) chunk.run(row);
    for (const row of inKeyOrder(this.#contents)) {
      content.run(row);
      this.#forgetDamage({ kind: 'content', hash: row.content_hash });
    }
    for (const row of cache.remember) remember.run({ directory, ...row });
    for (const path of cache.forget) forget.run(directory, path);
    this.#insertManifest(Buffer.from(decodeHex(stateHash)), entries);
  }

  #insertManifest(stateHash: Buffer, entries: readonly FileEntry[]): void {
    const known = this.#database.prepare<[Buffer], 1>('SELECT 1 FROM manifests WHERE state_hash = ?').pluck();
    const damaged = this.#damaged.has(`manifest ${stateHash.toString('hex')}`);
    if (known.get(stateHash) !== undefined && !damaged) return;
    this.#database
      .prepare<[Buffer, Buffer]>('INSERT OR REPLACE INTO manifests(state_hash, entries) VALUES (?, ?)')
      .run(stateHash, Buffer.from(encodeCanonical(entries)));
    this.#forgetDamage({ kind: 'manifest', hash: stateHash });
  }

  #repair(hash: Buffer, chunk: Uint8Array): void {
    const place = this.#database
      .prepare<[Buffer], Omit<ChunkRow, 'hash'>>('SELECT pack, offset, size FROM chunks WHERE hash = ?')
      .get(hash);
    if (place === undefined || place.size !== chunk.length) return;
    this.#packs.repair(place, chunk);
    this.#forgetDamage({ kind: 'chunk', hash });
    this.#damaged.delete(`chunk ${hash.toString('hex')}`);
  }

  #forgetDamage(row: DamagedRow): void {
    if (this.#damaged.size === 0) return;
    this.#database.prepare<DamagedRow>('DELETE FROM damaged WHERE kind = :kind AND hash = :hash').run(row);
  }

  #readDamaged(): Set<string> {
    const rows = this.#database.prepare<[], DamagedRow>('SELECT kind, hash FROM damaged').all();
    return new Set(rows.map(({ kind, hash }) => `${kind} ${hash.toString('hex')}`));
  }

  #isDamaged(contentHash: Buffer, chunks: Buffer): boolean {
    if (this.#damaged.size === 0) return false;
    if (this.#damaged.has(`content ${contentHash.toString('hex')}`)) return true;
    for (let offset = 0; offset < chunks.length; offset += HASH_SIZE_BYTES) {
      if (this.#damaged.has(`chunk ${chunks.toString('hex', offset, offset + HASH_SIZE_BYTES)}`)) return true;
    }
    return false;
  }
}

function inKeyOrder<T>(rows: ReadonlyMap<string, T>): readonly T[] {
  return [...rows.keys()].sort().map((key) => defined(rows.get(key), 'a row'));
}
