import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { assert, defined } from '../../base/assert.ts';
import { BLOB_CHUNK_SIZE_BYTES, BLOB_PACK_SIZE_BYTES_MAX } from '../../base/limits.ts';
import type { PackRow } from './blob-index.ts';
import { syncDirectory } from '../data-directory/sync-directory.ts';

export function packPathOf(packsDirectory: string, pack: number): string {
  return join(packsDirectory, `${String(pack).padStart(6, '0')}.pack`);
}

const fdatasyncLater = promisify(fdatasync);
const PACK_NAME = /^\d{6,}\.pack$/;

interface OpenPack {
  readonly file: number;
  /** Bytes that the index knows of. */
  committed: number;
  /** Bytes appended, written or still buffered. */
  size: number;
  isNew: boolean;
}

/**
 * Appends chunks to pack files. A pack is nothing but chunks, one after the other, so every byte that the index counts
 * as committed belongs to a chunk whose hash is known. Nothing counts before {@link sync} and the index's commit.
 */
export class PackWriter {
  readonly #directory: string;
  readonly #packSizeMax: number;
  readonly #open = new Map<number, OpenPack>();
  readonly #buffer = Buffer.allocUnsafeSlow(BLOB_CHUNK_SIZE_BYTES);
  #buffered = 0;
  #current: number;

  /** `packs`: what the index holds. */
  constructor(directory: string, packs: readonly PackRow[], packSizeMax: number = BLOB_PACK_SIZE_BYTES_MAX) {
    this.#directory = directory;
    this.#packSizeMax = packSizeMax;
    this.#dropTornTails(packs);
    const last = packs.at(-1) ?? { pack: 1, size: 0 };
    // A pack that lost bytes is left as it is, for verification to name.
    const whole = last.size === 0 || sizeOf(packPathOf(directory, last.pack)) === last.size;
    this.#current = whole ? last.pack : last.pack + 1;
    this.#openPack(this.#current, whole ? last.size : 0);
  }

  /** Where the chunk will be. */
  append(chunk: Uint8Array): { readonly pack: number; readonly offset: number } {
    assert(chunk.length > 0 && chunk.length <= BLOB_CHUNK_SIZE_BYTES, 'a chunk has 1 byte to 1 MiB');
    let pack = this.#currentPack();
    if (pack.size + chunk.length > this.#packSizeMax && pack.size > 0) {
      this.#flush();
      this.#current += 1;
      pack = this.#openPack(this.#current, 0);
    }
    if (this.#buffered + chunk.length > this.#buffer.length) this.#flush();
    const offset = pack.size;
    this.#buffer.set(chunk, this.#buffered);
    this.#buffered += chunk.length;
    pack.size += chunk.length;
    return { pack: this.#current, offset };
  }

  /** Whether these very bytes are at a place that was committed. */
  holds(place: { readonly pack: number; readonly offset: number }, chunk: Uint8Array): boolean {
    const stored = this.read({ ...place, size: chunk.length });
    return stored !== null && stored.equals(chunk);
  }

  /** What is at a place that was committed; null where the pack has not that many bytes. */
  read({
    pack,
    offset,
    size,
  }: {
    readonly pack: number;
    readonly offset: number;
    readonly size: number;
  }): Buffer | null {
    let file: number;
    try {
      file = openSync(packPathOf(this.#directory, pack), 'r');
    } catch {
      return null;
    }
    try {
      const bytes = Buffer.allocUnsafe(size);
      for (let filled = 0; filled < size;) {
        const count = readSync(file, bytes, filled, size - filled, offset + filled);
        if (count === 0) return null;
        filled += count;
      }
      return bytes;
    } finally {
      closeSync(file);
    }
  }

  /** Writes a damaged chunk again in its place: the same hash means the same size. */
  repair(place: Pick<PackRow, 'pack'> & { readonly offset: number }, chunk: Uint8Array): void {
    // A pack that is gone is made again: what is not written of it stays damaged, and is named.
    const file = openSync(packPathOf(this.#directory, place.pack), constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      writeFully(file, chunk, place.offset);
      fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /**
   * Begins to make everything appended durable, on another thread. Its failure must be heeded: the system reports a
   * failed write once, so the {@link sync} after it may get no error. No pack may be closed meanwhile.
   */
  async startSync(): Promise<void> {
    this.#flush();
    const grown = [...this.#open.values()].filter(({ size, committed }) => size > committed);
    await Promise.all(grown.map(({ file }) => fdatasyncLater(file)));
  }

  /** Makes everything appended durable. Returns the packs that grew. */
  sync(): readonly PackRow[] {
    this.#flush();
    const grown: PackRow[] = [];
    let created = false;
    for (const [number, pack] of this.#open) {
      if (pack.size === pack.committed) continue;
      fdatasyncSync(pack.file);
      created ||= pack.isNew;
      grown.push({ pack: number, size: pack.size });
    }
    if (created) syncDirectory(this.#directory);
    return grown;
  }

  /** After the index has committed what {@link sync} returned. */
  commit(): void {
    for (const pack of this.#open.values()) {
      pack.committed = pack.size;
      pack.isNew = false;
    }
    for (const [number, pack] of this.#open) {
      if (number === this.#current) continue;
      closeSync(pack.file);
      this.#open.delete(number);
    }
  }

  /** Gives back the disk space of what was appended and not committed. */
  rollback(): void {
    this.#buffered = 0;
    let current = this.#current;
    for (const [number, pack] of this.#open) {
      if (pack.isNew && number > 1) {
        closeSync(pack.file);
        this.#open.delete(number);
        rmSync(packPathOf(this.#directory, number), { force: true });
        current = Math.min(current, number - 1);
      } else {
        ftruncateSync(pack.file, pack.committed);
        pack.size = pack.committed;
      }
    }
    this.#current = current;
  }

  close(): void {
    for (const pack of this.#open.values()) closeSync(pack.file);
    this.#open.clear();
  }

  /** What a crash left behind the committed bytes was never acknowledged. */
  #dropTornTails(packs: readonly PackRow[]): void {
    const committed = new Map(packs.map(({ pack, size }) => [packPathOf(this.#directory, pack), size]));
    for (const name of readdirSync(this.#directory)) {
      if (!PACK_NAME.test(name)) continue;
      const path = join(this.#directory, name);
      const size = committed.get(path);
      if (size === undefined) rmSync(path);
      else if (sizeOf(path) > size) truncateSync(path, size);
    }
  }

  #currentPack(): OpenPack {
    return defined(this.#open.get(this.#current), 'the current pack');
  }

  #openPack(number: number, committed: number): OpenPack {
    // 'a' would write at the end whatever the offset; a torn tail is to be overwritten.
    const path = packPathOf(this.#directory, number);
    const file = openSync(path, committed === 0 ? 'w' : 'r+', 0o600);
    const pack = { file, committed, size: committed, isNew: committed === 0 };
    this.#open.set(number, pack);
    return pack;
  }

  #flush(): void {
    if (this.#buffered === 0) return;
    const pack = this.#currentPack();
    writeFully(pack.file, this.#buffer.subarray(0, this.#buffered), pack.size - this.#buffered);
    this.#buffered = 0;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function writeFully(file: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}
