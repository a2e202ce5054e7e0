import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import type Database from 'better-sqlite3';

import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BLOB_PACK_SIZE_BYTES_MAX } from '../../base/limits.ts';
import type { FileEntry } from '../../ledger/log/file-tree.ts';
import { holdLock } from '../storage/database.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { systemCodeOf } from '../../base/errors.ts';
import { indexPathOf, openIndexForWriting, packsDirectoryOf } from './blob-index.ts';
import type { BlobWorkerData, FromBlobWorker, ToBlobWorker } from './blob-messages.ts';
import { BlobReader } from './blob-reader.ts';
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
  /** Reads every file again, and mends what is stored of it. */
  readonly thorough?: boolean | undefined;
  readonly acceptDoubtful?: boolean | undefined;
  readonly onProgress?: (progress: StoreProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface VerifyAllCall {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

type Listener = (message: FromBlobWorker) => boolean;

/**
 * The contents of environments, kept off the chain: content-addressed, in chunks, each stored once. One process owns it
 * and writes, on a thread of its own; any may read beside it with a {@link BlobReader}.
 */
export class BlobStore {
  readonly #directory: string;
  readonly #packSizeMax: number;
  readonly #stored: StoredContent | null;
  readonly #lock: Database.Database;
  readonly #reader: BlobReader;
  readonly #cancel = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | null = null;
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
    const entries: FileEntry[] = [];
    let stored: Omit<StoredDirectory, 'entries'> | null = null;
    await this.#request(
      { type: 'store', path, thorough: call.thorough, acceptDoubtful: call.acceptDoubtful },
      call.signal,
      (message) => {
        if (message.type === 'store_progress') call.onProgress?.(message.progress);
        else if (message.type === 'entries') entries.push(...message.entries);
        else if (message.type === 'stored') stored = message.stored;
        return message.type === 'stored';
      },
    );
    const result = { ...answered<Omit<StoredDirectory, 'entries'>>(stored), entries };
    this.#stored?.add([result.state_hash]);
    return result;
  }

  /**
   * Takes a directory's content over from another store, verified. False where that does not have it.
   * @throws BLOB_MISSING, BLOB_CORRUPT, NOT_FOUND
   */
  async importFrom(from: string, stateHash: Hash, signal?: AbortSignal): Promise<boolean> {
    let found: boolean | null = null;
    await this.#request({ type: 'import', from, stateHash }, signal, (message) => {
      if (message.type === 'imported') found = message.found;
      return message.type === 'imported';
    });
    const isFound = answered<boolean>(found);
    if (isFound) this.#stored?.add([stateHash]);
    return isFound;
  }

  /** As {@link BlobReader.verifyAll}; what it finds broken is mended when the directory is stored again. */
  async verifyAll(call: VerifyAllCall = {}): Promise<Omit<VerifiedBlobs, 'damaged'>> {
    let verified: Omit<VerifiedBlobs, 'damaged'> | null = null;
    await this.#request({ type: 'verify' }, call.signal, (message) => {
      if (message.type === 'verify_progress') call.onProgress?.(message.done, message.total);
      else if (message.type === 'verified') verified = message.verified;
      return message.type === 'verified';
    });
    return answered<Omit<VerifiedBlobs, 'damaged'>>(verified);
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
    const worker = this.#worker;
    if (worker !== null) {
      worker.ref();
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      worker.postMessage({ type: 'close' } satisfies ToBlobWorker);
      await exited;
    }
    this.#reader.close();
    this.#lock.close();
  }

  #request(request: ToBlobWorker, signal: AbortSignal | undefined, listener: Listener): Promise<void> {
    const turn = this.#last.then(() => this.#ask(request, signal, listener));
    this.#last = turn.catch(() => null);
    return turn;
  }

  async #ask(request: ToBlobWorker, signal: AbortSignal | undefined, listener: Listener): Promise<void> {
    if (this.#closed) throw new QuantumLockError('NODE_STOPPED', 'the blob store is closed');
    if (signal?.aborted === true) throw cancelledError();
    const worker = (this.#worker ??= this.#startWorker());
    Atomics.store(this.#cancel, 0, 0);
    const onAbort = (): void => {
      Atomics.store(this.#cancel, 0, 1);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await answerOf(worker, request, listener);
    } catch (error) {
      // After a bug the thread is gone; the next request starts another.
      if (!(error instanceof QuantumLockError)) this.#worker = null;
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #startWorker(): Worker {
    const workerData: BlobWorkerData = {
      directory: this.#directory,
      packSizeMax: this.#packSizeMax,
      cancel: this.#cancel.buffer,
    };
    const worker = new Worker(new URL('./blob-worker.ts', import.meta.url), { workerData });
    worker.unref();
    return worker;
  }
}

function answerOf(worker: Worker, request: ToBlobWorker, listener: Listener): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      worker.unref();
      settle();
    };
    const onMessage = (message: FromBlobWorker): void => {
      if (message.type === 'failed') end(() => reject(QuantumLockError.fromValue(message.error)));
      else if (listener(message)) end(resolve);
    };
    const onError = (error: unknown): void =>
      end(() => reject(error instanceof Error ? error : new Error(String(error))));
    const onExit = (code: number): void => end(() => reject(new Error(`the blob store's thread ended with ${code}`)));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    // The process must not end before its answer.
    worker.ref();
    worker.postMessage(request);
  });
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

function answered<T>(value: T | null): T {
  if (value === null) throw new Error('the blob store answered without a result');
  return value;
}

function cancelledError(): QuantumLockError {
  return new QuantumLockError('CANCELLED', 'it was cancelled');
}
