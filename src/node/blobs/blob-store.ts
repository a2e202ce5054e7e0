import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type Database from 'better-sqlite3';

import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BLOB_PACK_SIZE_BYTES_MAX } from '../../base/limits.ts';
import type { FileEntry } from '../../ledger/log/file-tree.ts';
import { holdLock } from '../storage/database.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import type { PortClient } from '../threads/connect-port.ts';
import { Thread } from '../threads/thread.ts';
import { workerUrl } from '../threads/worker-url.ts';
import { systemCodeOf } from '../../base/errors.ts';
import { indexPathOf, openIndexForWriting, packsDirectoryOf } from './blob-index.ts';
import { BlobReader } from './blob-reader.ts';
import type { BlobHandlers, BlobWorkerData } from './blob-worker.ts';
import type { StoredContent } from './stored-content.ts';
import type { StoredDirectory, StoreProgress } from './store-directory.ts';
import type { VerifiedBlobs } from './verify-blobs.ts';

export interface BlobStoreOptions {
  /** `<data>/blobs`, made where it is not there. */
  readonly directory: string;
  /** Tests make small packs. */
  readonly packSizeMax?: number;
  /** Remembers, outside the store, what was stored in it. */
  readonly stored?: StoredContent;
}

export interface StoreDirectoryCall {
  /** Reads every file again, and repairs what is stored of it. */
  readonly thorough?: boolean | undefined;
  readonly acceptDoubtful?: boolean | undefined;
  readonly onProgress?: (progress: StoreProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface VerifyAllCall {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

interface Call<Progress> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

type Work<Answer> = (remote: PortClient<BlobHandlers>['remote']) => Promise<Answer>;
interface Verified {
  readonly done: number;
  readonly total: number;
}

/**
 * The contents of environments, kept off the chain: content-addressed, in chunks, each stored once. One process owns it
 * and writes, on a thread of its own; any may read next to it with a {@link BlobReader}.
 */
export class BlobStore {
  readonly #directory: string;
  readonly #packSizeMax: number;
  readonly #stored: StoredContent | null;
  readonly #lock: Database.Database;
  readonly #reader: BlobReader;
  readonly #cancel = new Int32Array(new SharedArrayBuffer(4));
  #thread: Thread<BlobHandlers> | null = null;
  /** Of the current request. */
  #onProgress: ((progress: unknown) => void) | null = null;
  /** Requests go to the thread one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @throws DATA_DIR_LOCKED, DATA_DIR_NEWER, STORAGE_CORRUPT, STORAGE_FULL, STORAGE_FAILED */
  constructor(options: BlobStoreOptions) {
    this.#directory = options.directory;
    this.#packSizeMax = options.packSizeMax ?? BLOB_PACK_SIZE_BYTES_MAX;
    this.#stored = options.stored ?? null;
    try {
      mkdirSync(packsDirectoryOf(this.#directory), { recursive: true, mode: 0o700 });
      this.#lock = lockForWriting(this.#directory);
    } catch (cause) {
      throw storageError('the blob store (opening the blob store)', cause);
    }
    try {
      assertIndexForPacks(this.#directory);
      openIndexForWriting(this.#directory).close();
      this.#reader = new BlobReader(this.#directory);
      this.#stored?.add(this.#reader.stateHashes());
    } catch (cause) {
      this.#lock.close();
      throw storageError('the blob store (opening the blob store)', cause);
    }
  }

  /**
   * Stores a directory and returns its state hash. When this resolves all of it is on disk; when it rejects, nothing.
   * @throws DIRECTORY_*, LIMIT_EXCEEDED, CANCELLED, STORAGE_FULL, STORAGE_FAILED
   */
  async storeDirectory(path: string, call: StoreDirectoryCall = {}): Promise<StoredDirectory> {
    const { thorough, acceptDoubtful } = call;
    const result = await this.#request(call, async ({ store }) => {
      const steps = await store({ path, thorough, acceptDoubtful });
      const entries: FileEntry[] = [];
      for (;;) {
        const step = await steps.next();
        if (step.done === true) return { ...step.value, entries };
        entries.push(...step.value);
      }
    });
    this.#stored?.add([result.state_hash]);
    return result;
  }

  /**
   * Takes a directory's content over from another store, verified. False where that does not have it.
   * @throws BLOB_MISSING, BLOB_CORRUPT, NOT_FOUND
   */
  async importFrom(from: string, stateHash: Hash, signal?: AbortSignal): Promise<boolean> {
    const isFound = await this.#request({ signal }, ({ takeOver }) => takeOver(from, stateHash));
    if (isFound) this.#stored?.add([stateHash]);
    return isFound;
  }

  /** As {@link BlobReader.verifyAll}; what it finds broken is repaired when the directory is stored again. */
  verifyAll({ onProgress, signal }: VerifyAllCall = {}): Promise<Omit<VerifiedBlobs, 'damaged'>> {
    const call = { signal, onProgress: ({ done, total }: Verified) => onProgress?.(done, total) };
    return this.#request(call, ({ verify }) => verify());
  }

  /** See {@link BlobReader.manifest}. */
  manifest(stateHash: Hash): readonly FileEntry[] | null {
    return this.#reader.manifest(stateHash);
  }

  /** See {@link BlobReader.readFile}. */
  readFile(contentHash: Hash): Promise<Uint8Array> {
    return this.#reader.readFile(contentHash);
  }

  /** See {@link BlobReader.chunks}. */
  chunks(contentHash: Hash): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#reader.chunks(contentHash);
  }

  /** Cancels what is under way, and lets go of the directory. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    Atomics.store(this.#cancel, 0, 1);
    await this.#last.catch(() => null);
    await this.#thread?.end().catch(() => undefined);
    this.#reader.close();
    this.#lock.close();
  }

  #request<Answer, Progress>(call: Call<Progress>, work: Work<Answer>): Promise<Answer> {
    const turn = this.#last.then(() => this.#ask(call, work));
    this.#last = turn.catch(() => null);
    return turn;
  }

  async #ask<Answer, Progress>({ signal, onProgress }: Call<Progress>, work: Work<Answer>): Promise<Answer> {
    if (this.#closed) throw new QuantumLockError('NODE_STOPPED', 'the blob store is closed');
    if (signal?.aborted === true) throw cancelledError();
    const thread = (this.#thread ??= this.#startThread());
    Atomics.store(this.#cancel, 0, 0);
    const onAbort = (): void => {
      Atomics.store(this.#cancel, 0, 1);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#onProgress = (progress) => onProgress?.(progress as Progress);
    // The process must not end before its answer.
    thread.hold(true);
    try {
      return await work(thread.remote);
    } catch (error) {
      // After a bug nothing is known of the thread; the next request starts another.
      if (!(error instanceof QuantumLockError)) await this.#dropThread(thread);
      throw error;
    } finally {
      thread.hold(false);
      this.#onProgress = null;
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #startThread(): Thread<BlobHandlers> {
    const thread: Thread<BlobHandlers> = new Thread({
      url: workerUrl(import.meta.url, './blob-worker.ts'),
      name: "the blob store's thread",
      workerData: {
        directory: this.#directory,
        packSizeMax: this.#packSizeMax,
        cancel: this.#cancel.buffer,
      } satisfies BlobWorkerData,
      onEvent: (_, progress) => this.#onProgress?.(progress),
      onFailure: () => void this.#dropThread(thread),
    });
    thread.hold(false);
    return thread;
  }

  async #dropThread(thread: Thread<BlobHandlers>): Promise<void> {
    if (this.#thread === thread) this.#thread = null;
    await thread.end().catch(() => undefined);
  }
}

/** Held as long as the store is open; the system lets go of it when the process ends, however that is. */
function lockForWriting(directory: string): Database.Database {
  try {
    return holdLock(join(directory, 'writer.lock'), 0);
  } catch (cause) {
    if (systemCodeOf(cause) !== 'SQLITE_BUSY') throw cause;
    throw new QuantumLockError('DATA_DIR_LOCKED', `another process writes the blob store in ${directory}`, { cause });
  }
}

/** A new index would take the packs' bytes for a crash's leftovers and drop them. */
function assertIndexForPacks(directory: string): void {
  if (existsSync(indexPathOf(directory))) return;
  if (!readdirSync(packsDirectoryOf(directory)).some((name) => name.endsWith('.pack'))) return;
  throw new QuantumLockError('STORAGE_CORRUPT', `${directory} holds packs, and the index of what is in them is gone`, {
    advice: 'Restore blobs/index.db from the backup that the packs are from.',
  });
}

function cancelledError(): QuantumLockError {
  return new QuantumLockError('CANCELLED', 'it was cancelled');
}
