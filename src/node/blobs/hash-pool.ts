import { Worker } from 'node:worker_threads';

import { defined } from '../../base/assert.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BLOB_SLAB_SIZE_BYTES } from '../../base/limits.ts';
import { workerUrl } from '../threads/worker-url.ts';
import type { WalkedFile } from './directory.ts';
import type { FromHashWorker, ToHashWorker } from './hash-messages.ts';
import type { FileReaders, FileSink } from './store-directory.ts';

/** Threads that read and hash: two, as many as the smallest machine has cores; the disk is the limit beyond them. */
const THREAD_COUNT = 2;
/** Files handed to a thread at once: enough to fill a slab with small ones. */
const BATCH_FILES_MAX = 256;

interface Member {
  readonly worker: Worker;
  readonly exited: Promise<void>;
}

/** Reads files on threads of its own, started at first need and kept. */
export class HashPool implements FileReaders {
  #members: Member[] = [];

  start(): void {
    while (this.#members.length < THREAD_COUNT) {
      const worker = new Worker(workerUrl(import.meta.url, './hash-worker.ts'));
      this.#members.push({ worker, exited: new Promise((resolve) => worker.once('exit', () => resolve())) });
    }
  }

  async readAll(root: string, files: readonly WalkedFile[], sink: FileSink, checkCancelled: () => void): Promise<void> {
    const batches = batchesOf(files);
    this.start();
    try {
      await Promise.all(this.#members.map(({ worker }) => drain({ worker, root, batches, sink, checkCancelled })));
    } catch (error) {
      // The others may be in the middle of a file: their state is not worth saving.
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const members = this.#members;
    this.#members = [];
    for (const { worker } of members) post(worker, { type: 'end' });
    await Promise.all(members.map(({ exited }) => exited));
  }
}

interface Drain {
  readonly worker: Worker;
  readonly root: string;
  /** Shared by the threads: each takes the next. */
  readonly batches: Generator<readonly WalkedFile[], void, undefined>;
  readonly sink: FileSink;
  readonly checkCancelled: () => void;
}

/** Gives one thread batch after batch until there is none left. */
function drain({ worker, root, batches, sink, checkCancelled }: Drain): Promise<void> {
  return new Promise((resolve, reject) => {
    let batch: readonly WalkedFile[] = [];
    let chunkHashes: string[] = [];
    const stop = (): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
    };
    const fail = (error: unknown): void => {
      stop();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const onError = (error: unknown): void => fail(error);
    const onExit = (code: number): void => fail(new Error(`a hashing thread ended with ${code}`));
    const next = (): void => {
      const taken = batches.next();
      if (taken.done === true) {
        stop();
        resolve();
        return;
      }
      batch = taken.value;
      const files = batch.map(({ path, size_bytes, stamp }) => ({ path, size_bytes, stamp }));
      post(worker, { type: 'read', root, files });
    };
    const take = (message: FromHashWorker & { type: 'chunks' }): void => {
      let chunkIndex = 0;
      const takeChunksOf = (file: number): void => {
        for (; message.chunks[chunkIndex]?.file === file; chunkIndex++) {
          const { hash, offset, size } = defined(message.chunks[chunkIndex], 'a chunk');
          sink.onChunk(hash, message.slab.subarray(offset, offset + size));
          chunkHashes.push(hash);
        }
      };
      for (const { file, content_hash } of message.finished) {
        takeChunksOf(file);
        sink.onContent(defined(batch[file], 'a file of the batch'), content_hash, chunkHashes);
        chunkHashes = [];
      }
      const unfinished = message.chunks[chunkIndex];
      if (unfinished !== undefined) takeChunksOf(unfinished.file);
      post(worker, { type: 'slab', slab: message.slab }, [message.slab.buffer]);
    };
    const onMessage = (message: FromHashWorker): void => {
      try {
        checkCancelled();
        switch (message.type) {
          case 'chunks':
            return take(message);
          case 'done':
            return next();
          case 'failed':
            return fail(QuantumLockError.fromValue(message.error));
        }
      } catch (error) {
        fail(error);
      }
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    next();
  });
}

function post(worker: Worker, message: ToHashWorker, transfer: readonly ArrayBuffer[] = []): void {
  worker.postMessage(message, transfer);
}

/** About a slab's worth of files each, so that the threads end together. */
function* batchesOf(files: readonly WalkedFile[]): Generator<readonly WalkedFile[], void, undefined> {
  let batch: WalkedFile[] = [];
  let sizeBytes = 0;
  for (const file of files) {
    batch.push(file);
    sizeBytes += file.size_bytes;
    if (batch.length < BATCH_FILES_MAX && sizeBytes < BLOB_SLAB_SIZE_BYTES) continue;
    yield batch;
    batch = [];
    sizeBytes = 0;
  }
  if (batch.length > 0) yield batch;
}
