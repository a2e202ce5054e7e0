import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { encodeHash, type Hash } from '../../base/bytes.ts';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { EXPORT_WRITE_SIZE_BYTES } from '../../base/limits.ts';
import { storageError } from '../data-directory/storage-errors.ts';

/** A new file that is written in pieces, counted and hashed. */
export class ContentFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  #waiting = '';
  #size = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** @throws INPUT_INVALID where something is there already; STORAGE_DENIED, STORAGE_FULL */
  static async create(path: string): Promise<ContentFile> {
    try {
      return new ContentFile(path, await open(path, 'wx', 0o644));
    } catch (cause) {
      if (systemCodeOf(cause) === 'EEXIST')
        throw new QuantumLockError('INPUT_INVALID', `there is something at ${path} already`, {
          advice: 'Name a new file: an export is never written over.',
        });
      if (systemCodeOf(cause) === 'ENOENT')
        throw new QuantumLockError('INPUT_INVALID', `the folder of ${path} is not there`, { cause });
      throw storageError(path, cause);
    }
  }

  /** As people call it: without its folder. */
  get name(): string {
    return basename(this.#path);
  }

  /** Whether a piece went out. @throws STORAGE_FULL, STORAGE_FAILED */
  async write(text: string): Promise<boolean> {
    this.#waiting += text;
    if (this.#waiting.length < EXPORT_WRITE_SIZE_BYTES) return false;
    await this.#flush();
    return true;
  }

  /** After the text that was written before. @throws STORAGE_FULL, STORAGE_FAILED */
  async writeBytes(bytes: Uint8Array): Promise<void> {
    await this.#flush();
    await this.#append(bytes);
  }

  /** Of everything that was written so far. */
  measured(): { readonly size_bytes: number; readonly digest: Hash } {
    const rest = Buffer.from(this.#waiting);
    return { size_bytes: this.#size + rest.length, digest: encodeHash(this.#hash.copy().update(rest).digest()) };
  }

  /** What was written is on the disk then. @throws STORAGE_FULL, STORAGE_FAILED */
  async close(): Promise<void> {
    await this.#flush();
    try {
      await this.#file.sync();
      await this.#file.close();
    } catch (cause) {
      throw storageError(this.#path, cause);
    }
  }

  /** Nothing is left of it. */
  async discard(): Promise<void> {
    // It may be closed already.
    await this.#file.close().catch(() => undefined);
    rmSync(this.#path, { force: true });
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    if (bytes.length > 0) await this.#append(bytes);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    this.#size += bytes.length;
    try {
      await this.#file.writeFile(bytes);
    } catch (cause) {
      throw storageError(this.#path, cause);
    }
  }
}
