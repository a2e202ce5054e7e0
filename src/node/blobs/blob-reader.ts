import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';

import type Database from 'better-sqlite3';

import { decodeHex, encodeHash, encodeHex, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BLOB_CHUNK_SIZE_BYTES } from '../../base/limits.ts';
import type { FileEntry } from '../../ledger/log/file-tree.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { systemCodeOf } from '../../base/errors.ts';
import {
  openIndexForReading,
  packsDirectoryOf,
  type ChunkRow,
  type ContentRow,
  type ManifestRow,
} from './blob-index.ts';
import { DecodedManifests } from './decoded-manifests.ts';
import { chunkHashesOf, corruptBlob, SELECT_CHUNK, SELECT_CONTENT, SELECT_MANIFEST } from './blob-rows.ts';
import { packPathOf } from './pack-writer.ts';
import { verifyBlobs, type VerifiedBlobs, type VerifyBlobsOptions } from './verify-blobs.ts';

const readAt = promisify(read);

/** Reads the blob store, in any process and next to its writer. Nothing is returned that was not verified. */
export class BlobReader {
  readonly #packsDirectory: string;
  readonly #database: Database.Database;
  readonly #packs = new Map<number, number>();
  readonly #chunk: Database.Statement<[Buffer], ChunkRow>;
  readonly #content: Database.Statement<[Buffer], ContentRow>;
  readonly #manifest: Database.Statement<[Buffer], ManifestRow>;
  readonly #decoded = new DecodedManifests();

  constructor(directory: string) {
    this.#packsDirectory = packsDirectoryOf(directory);
    this.#database = openIndexForReading(directory);
    this.#chunk = this.#database.prepare(`${SELECT_CHUNK} WHERE hash = ?`);
    this.#content = this.#database.prepare(`${SELECT_CONTENT} WHERE content_hash = ?`);
    this.#manifest = this.#database.prepare(`${SELECT_MANIFEST} WHERE state_hash = ?`);
  }

  /** The files of a directory, or null where it was not stored here. @throws BLOB_CORRUPT */
  manifest(stateHash: Hash): readonly FileEntry[] | null {
    const row = this.#query(() => this.#manifest.get(bufferOf(stateHash)));
    return row === undefined ? null : this.#decoded.of(row);
  }

  /** Whether a directory is stored here, without a look at its files. */
  has(stateHash: Hash): boolean {
    return this.#query(() => this.#manifest.get(bufferOf(stateHash))) !== undefined;
  }

  /** Of every directory that is stored here. */
  stateHashes(): readonly Hash[] {
    return this.#query(() =>
      this.#database
        .prepare<[], Buffer>("SELECT coalesce(CAST(state_hash AS BLOB), x'') FROM manifests")
        .pluck()
        .all()
        .filter((bytes) => bytes.length === 32)
        .map((bytes) => encodeHash(bytes)),
    );
  }

  /** The size of a content, or null where it is not here. */
  sizeOf(contentHash: Hash): number | null {
    const content = this.#contentOf(contentHash);
    return content?.size ?? null;
  }

  /** A whole file; large ones are better read with {@link chunks}. @throws BLOB_MISSING, BLOB_CORRUPT */
  async readFile(contentHash: Hash): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.chunks(contentHash)) chunks.push(chunk);
    const [only] = chunks;
    return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  }

  /** A file chunk by chunk, each verified before it is given out. @throws BLOB_MISSING, BLOB_CORRUPT */
  async *chunks(contentHash: Hash): AsyncGenerator<Uint8Array, void, undefined> {
    const row = this.#contentOf(contentHash);
    if (row === null) throw new QuantumLockError('BLOB_MISSING', `${contentHash} is not in the blob store`);
    const whole = createHash('sha256');
    let sizeBytes = 0;
    for (const chunkHash of chunkHashesOf(row)) {
      const chunk = await this.#readChunk(chunkHash);
      whole.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
    if (sizeBytes !== row.size || !whole.digest().equals(row.content_hash)) {
      throw corruptBlob(contentHash, 'its list of chunks was changed');
    }
  }

  /**
   * Reads everything and names each broken chunk, content and manifest: any flipped byte of a pack or of a row that
   * anything depends on is found.
   * @throws CANCELLED
   */
  verifyAll(options: VerifyBlobsOptions = {}): Promise<VerifiedBlobs> {
    return verifyBlobs({ database: this.#database, readRange: (place) => this.#readRange(place) }, options);
  }

  close(): void {
    for (const file of this.#packs.values()) closeSync(file);
    this.#packs.clear();
    this.#database.close();
  }

  /** A content of one chunk is that chunk. */
  #contentOf(contentHash: Hash): ContentRow | null {
    const hashBytes = bufferOf(contentHash);
    return this.#query(() => {
      const content = this.#content.get(hashBytes);
      if (content !== undefined) return content;
      const chunk = this.#chunk.get(hashBytes);
      return chunk === undefined ? null : { content_hash: hashBytes, size: chunk.size, chunks: hashBytes };
    });
  }

  async #readChunk(chunkHash: Buffer): Promise<Uint8Array> {
    const name = encodeHex(chunkHash);
    const row = this.#query(() => this.#chunk.get(chunkHash));
    if (row === undefined) throw corruptBlob(name, 'it is not in the index');
    const bytes = await this.#readRange(row);
    if (bytes === null) throw corruptBlob(name, `pack ${row.pack} ends before it`);
    if (!hash('sha256', bytes, 'buffer').equals(chunkHash))
      throw corruptBlob(name, `pack ${row.pack} holds other bytes`);
    return bytes;
  }

  /** The bytes, or null where the pack has not that many. */
  async #readRange({ pack, offset, size }: Omit<ChunkRow, 'hash'>): Promise<Uint8Array | null> {
    if (size < 1 || size > BLOB_CHUNK_SIZE_BYTES || offset < 0 || !Number.isSafeInteger(offset + size)) return null;
    try {
      const file = this.#packs.get(pack) ?? this.#openPack(pack);
      const bytes = new Uint8Array(size);
      let filled = 0;
      while (filled < size) {
        const { bytesRead } = await readAt(file, bytes, filled, size - filled, offset + filled);
        if (bytesRead === 0) return null;
        filled += bytesRead;
      }
      return bytes;
    } catch (cause) {
      if (systemCodeOf(cause) === 'ENOENT') return null;
      throw storageError(`the blob store (reading pack ${pack})`, cause);
    }
  }

  #openPack(pack: number): number {
    const file = openSync(packPathOf(this.#packsDirectory, pack), 'r');
    this.#packs.set(pack, file);
    return file;
  }

  #query<T>(query: () => T): T {
    try {
      return query();
    } catch (cause) {
      throw storageError('the blob store (reading the index)', cause);
    }
  }
}

function bufferOf(hash: Hash): Buffer {
  return Buffer.from(decodeHex(hash));
}
