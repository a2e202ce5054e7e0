import { createHash, randomBytes } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { encodeHash, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { isThere } from '../data-directory/is-there.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { syncDirectory } from '../data-directory/sync-directory.ts';
import type { Encryption } from './encryption.ts';

/**
 * Written and not yet on the disk, at most: whatever waits for the disk meanwhile (a block that is committed) waits for that
 * much, and not for a whole backup.
 */
const UNSYNCED_SIZE_BYTES_MAX = 8 * 1024 * 1024;

/** A file that was written: what a copy of it is checked against. */
export interface WrittenFile {
  readonly size: number;
  /** SHA-256 of all of it, as it lies on the disk. */
  readonly digest: Hash;
}

interface ToEncrypt extends Pick<typeof import('./encryption.ts'), 'encryptStream'> {
  readonly encryption: Encryption;
}

interface Encrypting {
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Resolves when everything that was written is in the file. */
  readonly done: Promise<void>;
}

/** A file that appears in its place when it is whole and on the disk, and not before. */
export class BackupSink {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: FileHandle;
  readonly #hashing = createHash('sha256');
  readonly #encryption: Encrypting | null;
  #size = 0;
  #unsynced = 0;

  private constructor(path: string, temporary: string, file: FileHandle, encrypting: ToEncrypt | null) {
    this.#path = path;
    this.#temporary = temporary;
    this.#file = file;
    this.#encryption = encrypting === null ? null : this.#encrypt(encrypting);
  }

  /** @throws INPUT_INVALID where something is there already; STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
  static async open(path: string, encryption: Encryption | null): Promise<BackupSink> {
    // Read where it is used: its curves are most of what a thread that makes a backup would start with.
    const encrypting = encryption === null ? null : { ...(await import('./encryption.ts')), encryption };
    if (encrypting !== null) encrypting.encrypterOf(encrypting.encryption);
    if (isThere(path))
      throw new QuantumLockError('INPUT_INVALID', `there is something at ${path} already`, {
        advice: 'Name a new file: a backup is never written over.',
      });
    const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
    try {
      return new BackupSink(path, temporary, await open(temporary, 'wx', 0o600), encrypting);
    } catch (error) {
      throw storageError(path, error);
    }
  }

  #encrypt({ encryptStream, encryption }: ToEncrypt): Encrypting {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const pump = async (): Promise<void> => {
      for await (const bytes of await encryptStream(readable, encryption)) await this.#append(bytes);
    };
    const writer = writable.getWriter();
    const done = pump().catch(async (error: unknown) => {
      await writer.abort(error).catch(() => undefined);
      throw error;
    });
    // What fails is told where it is written, or finished.
    done.catch(() => undefined);
    return { writer, done };
  }

  /** Resolves when there is room for more. @throws STORAGE_FULL, STORAGE_FAILED */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      if (this.#encryption === null) await this.#append(bytes);
      else await this.#encryption.writer.write(bytes);
    } catch (error) {
      throw storageError(this.#path, error);
    }
  }

  async #append(bytes: Uint8Array): Promise<void> {
    this.#hashing.update(bytes);
    this.#size += bytes.length;
    for (let offset = 0; offset < bytes.length;)
      offset += (await this.#file.write(bytes, offset, bytes.length - offset)).bytesWritten;
    this.#unsynced += bytes.length;
    if (this.#unsynced < UNSYNCED_SIZE_BYTES_MAX) return;
    this.#unsynced = 0;
    await this.#file.datasync();
  }

  /** Puts the file into its place. @throws STORAGE_FULL, STORAGE_FAILED: then nothing is there */
  async finish(): Promise<WrittenFile> {
    try {
      if (this.#encryption !== null) {
        await this.#encryption.writer.close();
        await this.#encryption.done;
      }
      await this.#file.sync();
      await this.#file.close();
      if (isThere(this.#path))
        throw new QuantumLockError('INPUT_INVALID', `there is something at ${this.#path} by now`);
      renameSync(this.#temporary, this.#path);
      syncDirectory(dirname(this.#path));
      return { size: this.#size, digest: encodeHash(this.#hashing.digest()) };
    } catch (error) {
      await this.abandon();
      throw storageError(this.#path, error);
    }
  }

  /** Leaves nothing. */
  async abandon(): Promise<void> {
    await this.#encryption?.writer.abort(new Error('abandoned')).catch(() => undefined);
    await this.#encryption?.done.catch(() => undefined);
    await this.#file.close().catch(() => undefined);
    rmSync(this.#temporary, { force: true });
  }
}
