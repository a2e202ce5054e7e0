import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

import { defined } from '../../base/assert.ts';
import { QuantumLockError } from '../../base/errors.ts';
import {
  ENTRIES_PER_MESSAGE_MAX,
  PROGRESS_INTERVAL_MS,
  type BlobWorkerData,
  type FromBlobWorker,
  type ToBlobWorker,
} from './blob-messages.ts';
import { BlobReader } from './blob-reader.ts';
import { BlobWriter } from './blob-writer.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { HashPool } from './hash-pool.ts';
import { importContent } from './import-content.ts';
import { storeDirectory } from './store-directory.ts';

/** The thread that writes the store: walking, hashing and fsync never hold up the thread that asked. */
const port = defined(parentPort, 'the port to the owner of the store');
const { directory, packSizeMax, cancel } = workerData as BlobWorkerData;
const cancelled = new Int32Array(cancel);
const readers = new HashPool();
let writer: BlobWriter | null = null;

port.on('message', (message: ToBlobWorker) => void answer(message));

/** Requests come one at a time: the owner waits for each answer. */
async function answer(message: ToBlobWorker): Promise<void> {
  try {
    switch (message.type) {
      case 'store':
        return await store(message);
      case 'import':
        writer ??= new BlobWriter(directory, packSizeMax);
        post({ type: 'imported', found: await importContent(writer, message, checkCancelled) });
        return;
      case 'verify':
        return await verify();
      case 'close':
        await readers.close();
        writer?.close();
        port.close();
        return;
    }
  } catch (cause) {
    const error = storageError('the blob store (opening the blob store)', cause);
    // A bug ends the thread, and the owner hears of it.
    if (!(error instanceof QuantumLockError)) throw error;
    post({ type: 'failed', error: error.toValue() });
  }
}

async function store({ path, thorough, acceptDoubtful }: Extract<ToBlobWorker, { type: 'store' }>): Promise<void> {
  writer ??= new BlobWriter(directory, packSizeMax);
  const { entries, ...stored } = await storeDirectory({
    writer,
    readers,
    storeDirectory: directory,
    path,
    thorough,
    acceptDoubtful,
    onProgress: throttled((progress) => post({ type: 'store_progress', progress })),
    checkCancelled,
    clockNs: () => BigInt(Date.now()) * 1_000_000n,
    wait: (milliseconds) => wait(milliseconds),
  });
  for (let start = 0; start < entries.length; start += ENTRIES_PER_MESSAGE_MAX) {
    post({ type: 'entries', entries: entries.slice(start, start + ENTRIES_PER_MESSAGE_MAX) });
  }
  post({ type: 'stored', stored });
}

async function verify(): Promise<void> {
  writer ??= new BlobWriter(directory, packSizeMax);
  const reader = new BlobReader(directory);
  try {
    const report = throttled((progress: { done: number; total: number }) =>
      post({ type: 'verify_progress', ...progress }),
    );
    const { damaged, ...verified } = await reader.verifyAll({
      onProgress: (done, total) => {
        checkCancelled();
        report({ done, total });
      },
    });
    writer.markDamaged(damaged);
    post({ type: 'verified', verified });
  } finally {
    reader.close();
  }
}

function checkCancelled(): void {
  if (Atomics.load(cancelled, 0) !== 0) throw new QuantumLockError('CANCELLED', 'it was cancelled');
}

function throttled<T>(report: (progress: T) => void): (progress: T) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - reportedAt < PROGRESS_INTERVAL_MS) return;
    reportedAt = now;
    report(progress);
  };
}

function post(message: FromBlobWorker): void {
  port.postMessage(message);
}
