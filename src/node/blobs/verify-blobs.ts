import { createHash, hash } from 'node:crypto';

import type Database from 'better-sqlite3';

import { encodeHex, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { FileEntry } from '../../ledger/log/file-tree.ts';
import { isDamage } from '../data-directory/storage-errors.ts';
import type { ChunkRow, ContentRow, DamagedRow, ManifestRow, PackRow } from './blob-index.ts';
import { chunkHashesOf, decodeManifest, SELECT_CHUNK, SELECT_CONTENT, SELECT_MANIFEST } from './blob-rows.ts';

interface BlobFinding {
  /** `blob 0x…`, `content 0x…`, `manifest 0x…`, `pack 3` or `blob index`. */
  readonly place: string;
  readonly message: string;
}

export interface VerifiedBlobs {
  readonly findings: readonly BlobFinding[];
  /** Chunks, contents and manifests looked at. */
  readonly blobs: number;
  /** What storing the same content again would repair. */
  readonly damaged: readonly DamagedRow[];
  /** By state hash: the files of a stored directory that are missing or damaged; null where its list of files is. */
  readonly broken: ReadonlyMap<Hash, readonly string[] | null>;
}

export interface VerifyBlobsOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** Waited for between two looks. */
  readonly pace?: () => Promise<void>;
}

export interface BlobSource {
  readonly database: Database.Database;
  readonly readRange: (place: Omit<ChunkRow, 'hash'>) => Promise<Uint8Array | null>;
}

const INTEGRITY_FINDINGS_MAX = 20;

/**
 * Reads every byte of the store. Chunks tile the packs, so each committed byte is under a chunk's hash; a content is
 * under its own hash; a manifest under the state hash; and what those refer to must be there.
 */
export async function verifyBlobs(source: BlobSource, options: VerifyBlobsOptions): Promise<VerifiedBlobs> {
  return new BlobVerification(source, options).run();
}

class BlobVerification {
  readonly #database: Database.Database;
  readonly #readRange: BlobSource['readRange'];
  readonly #options: VerifyBlobsOptions;
  readonly #findings: BlobFinding[] = [];
  readonly #damaged: DamagedRow[] = [];
  readonly #broken = new Map<Hash, readonly string[] | null>();
  /** Hex of the chunks whose bytes are right, with their sizes. */
  readonly #goodChunks = new Map<string, number>();
  readonly #goodContents = new Map<string, number>();
  #done = 0;
  #total = 0;

  constructor({ database, readRange }: BlobSource, options: VerifyBlobsOptions) {
    this.#database = database;
    this.#readRange = readRange;
    this.#options = options;
  }

  async run(): Promise<VerifiedBlobs> {
    await this.#phase(async () => {
      const counts = this.#rows<number>(
        'SELECT (SELECT count(*) FROM chunks) + (SELECT count(*) FROM contents) + (SELECT count(*) FROM manifests)',
        true,
      );
      this.#total = counts[0] ?? 0;
    });
    await this.#phase(() => this.#verifyIndex());
    await this.#phase(() => this.#verifyPacks());
    await this.#phase(() => this.#verifyContents());
    await this.#phase(() => this.#verifyManifests());
    return { findings: this.#findings, blobs: this.#done, damaged: this.#damaged, broken: this.#broken };
  }

  /** SQLite stops at a page that it cannot read; the other tables may still be whole. */
  async #phase(verify: () => Promise<void>): Promise<void> {
    try {
      await verify();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#find('blob index', error instanceof Error ? error.message : String(error));
    }
  }

  async #verifyIndex(): Promise<void> {
    const problems = this.#rows<string>(`PRAGMA integrity_check(${INTEGRITY_FINDINGS_MAX})`, true);
    for (const problem of problems) if (problem !== 'ok') this.#find('blob index', problem);
  }

  async #verifyPacks(): Promise<void> {
    const unseen = new Map(this.#rows<PackRow>('SELECT pack, size FROM packs').map(({ pack, size }) => [pack, size]));
    const chunks = this.#rows<ChunkRow>(`${SELECT_CHUNK} ORDER BY pack, offset`);
    let pack: number | null = null;
    let end = 0;
    const endPack = (): void => {
      if (pack === null) return;
      const size = unseen.get(pack);
      unseen.delete(pack);
      if (size !== end)
        this.#find(`pack ${pack}`, `its chunks end at ${end}, its committed bytes at ${size ?? 'none'}`);
    };
    for (const row of chunks) {
      if (row.pack !== pack) {
        endPack();
        pack = row.pack;
        end = 0;
      }
      const inPlace = row.offset === end;
      if (!inPlace) this.#find(`pack ${pack}`, `a chunk should begin at ${end}, the next begins at ${row.offset}`);
      await this.#verifyChunk(row, inPlace);
      end = row.offset + row.size;
    }
    endPack();
    for (const [number, size] of unseen) this.#find(`pack ${number}`, `${size} committed bytes belong to no chunk`);
  }

  async #verifyChunk(row: ChunkRow, inPlace: boolean): Promise<void> {
    await this.#step();
    const bytes = await this.#readRange(row);
    if (bytes !== null && hash('sha256', bytes, 'buffer').equals(row.hash)) {
      this.#goodChunks.set(row.hash.toString('hex'), row.size);
      return;
    }
    const where = `pack ${row.pack} at ${row.offset}, ${row.size} bytes`;
    this.#find(
      `blob ${encodeHex(row.hash)}`,
      bytes === null ? `${where}: the file is shorter` : `${where}: holds other bytes`,
    );
    // Written again at a wrong place it would destroy another chunk.
    if (inPlace) this.#damaged.push({ kind: 'chunk', hash: row.hash });
  }

  async #verifyContents(): Promise<void> {
    for (const row of this.#rows<ContentRow>(SELECT_CONTENT)) {
      await this.#step();
      const problem = await this.#problemOfContent(row);
      if (problem === null) {
        this.#goodContents.set(row.content_hash.toString('hex'), row.size);
      } else {
        this.#find(`content ${encodeHex(row.content_hash)}`, problem);
        this.#damaged.push({ kind: 'content', hash: row.content_hash });
      }
    }
  }

  async #problemOfContent(row: ContentRow): Promise<string | null> {
    if (row.chunks.length % 32 !== 0) return 'its list of chunks was changed';
    const hashes = chunkHashesOf(row);
    let size = 0;
    for (const chunkHash of hashes) {
      const chunkSize = this.#goodChunks.get(chunkHash.toString('hex'));
      if (chunkSize === undefined) return `its chunk ${encodeHex(chunkHash)} is missing or damaged`;
      size += chunkSize;
    }
    if (size !== row.size) return `its chunks have ${size} bytes, not ${row.size}`;
    const whole = await this.#hashOf(hashes);
    return whole.equals(row.content_hash) ? null : 'its chunks are those of another content';
  }

  async #hashOf(chunkHashes: readonly Buffer[]): Promise<Buffer> {
    const place = this.#database.prepare<[Buffer], ChunkRow>(`${SELECT_CHUNK} WHERE hash = ?`);
    const whole = createHash('sha256');
    for (const chunkHash of chunkHashes) {
      this.#checkCancelled();
      const row = place.get(chunkHash);
      const bytes = row === undefined ? null : await this.#readRange(row);
      if (bytes !== null) whole.update(bytes);
    }
    return whole.digest();
  }

  async #verifyManifests(): Promise<void> {
    const stateHashes = this.#rows<Buffer>("SELECT coalesce(CAST(state_hash AS BLOB), x'') FROM manifests", true);
    const manifest = this.#database.prepare<[Buffer], ManifestRow>(`${SELECT_MANIFEST} WHERE state_hash = ?`);
    for (const stateHash of stateHashes) {
      await this.#step();
      const row = manifest.get(stateHash);
      const problem = row === undefined ? 'it cannot be found under its own hash' : this.#problemOfManifest(row);
      if (problem === null) continue;
      const name = encodeHex(stateHash) as Hash;
      if (!this.#broken.has(name)) this.#broken.set(name, null);
      this.#find(`manifest ${encodeHex(stateHash)}`, problem);
      this.#damaged.push({ kind: 'manifest', hash: stateHash });
    }
  }

  #problemOfManifest(row: ManifestRow): string | null {
    let entries: readonly FileEntry[];
    try {
      entries = decodeManifest(row);
    } catch (error) {
      if (error instanceof QuantumLockError) return error.message;
      throw error;
    }
    const broken = entries.filter((entry) => this.#sizeOfGood(entry.content_hash.slice(2)) !== entry.size_bytes);
    const [first] = broken;
    if (first === undefined) return null;
    this.#broken.set(
      encodeHex(row.state_hash) as Hash,
      broken.map(({ path }) => path),
    );
    return `its file ${JSON.stringify(first.path)} is missing or damaged`;
  }

  /** The size of a whole content; a content of one chunk is that chunk. */
  #sizeOfGood(contentHash: string): number | undefined {
    return this.#goodContents.get(contentHash) ?? this.#goodChunks.get(contentHash);
  }

  #rows<T>(query: string, pluck = false): T[] {
    return this.#database.prepare<[], T>(query).pluck(pluck).all();
  }

  async #step(): Promise<void> {
    this.#checkCancelled();
    await this.#options.pace?.();
    this.#done += 1;
    this.#options.onProgress?.(this.#done, Math.max(this.#done, this.#total));
  }

  #checkCancelled(): void {
    if (this.#options.signal?.aborted === true)
      throw new QuantumLockError('CANCELLED', 'the verification was cancelled');
  }

  #find(place: string, message: string): void {
    this.#findings.push({ place, message });
  }
}
