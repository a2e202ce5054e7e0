import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

import { defined } from '../../base/assert.ts';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { FileEntry } from '../../ledger/log/file-tree.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { progressTo, serveOwner } from '../threads/serve-port.ts';
import { BlobReader } from './blob-reader.ts';
import { BlobWriter } from './blob-writer.ts';
import { HashPool } from './hash-pool.ts';
import { importContent } from './import-content.ts';
import { storeDirectory, type StoredDirectory } from './store-directory.ts';
import type { VerifiedBlobs } from './verify-blobs.ts';

/** The thread that writes the store: walking, hashing and fsync never hold up the thread that asked. */

export interface BlobWorkerData {
  readonly directory: string;
  readonly packSizeMax: number;
  /** One 32-bit word: anything but 0 cancels the current request, even if that never reads its messages. */
  readonly cancel: SharedArrayBuffer;
}

/** Requests come one at a time: the owner waits for each answer. Progress is reported as `progress`. */
export type BlobHandlers = typeof handlers;

const ENTRIES_PER_MESSAGE_MAX = 2_000;

const port = defined(parentPort, 'the port to the owner of the store');
const { directory, packSizeMax, cancel } = workerData as BlobWorkerData;
const cancelled = new Int32Array(cancel);
const readers = new HashPool();
let opened: BlobWriter | null = null;

const handlers = {
  /** The entries, some at a time: one long message would hold up the receiving thread. Then what was stored. */
  async *store(request: {
    readonly path: string;
    readonly thorough: boolean | undefined;
    readonly acceptDoubtful: boolean | undefined;
  }): AsyncGenerator<readonly FileEntry[], Omit<StoredDirectory, 'entries'>, undefined> {
    const { entries, ...stored } = await guarded(() =>
      storeDirectory({
        ...request,
        writer: writer(),
        readers,
        storeDirectory: directory,
        onProgress: progressTo(port),
        checkCancelled,
        clockNs: () => BigInt(Date.now()) * 1_000_000n,
        wait: (milliseconds) => wait(milliseconds),
      }),
    );
    for (let start = 0; start < entries.length; start += ENTRIES_PER_MESSAGE_MAX)
      yield entries.slice(start, start + ENTRIES_PER_MESSAGE_MAX);
    return stored;
  },
  /** Takes a directory's content over from another store; whether that has it. */
  takeOver: (from: string, stateHash: Hash): Promise<boolean> =>
    guarded(() => importContent(writer(), { from, stateHash }, checkCancelled)),
  verify: (): Promise<Omit<VerifiedBlobs, 'damaged'>> => guarded(verify),
};

async function close(): Promise<void> {
  await readers.close();
  opened?.close();
}

serveOwner(port, handlers, close);

function writer(): BlobWriter {
  return (opened ??= new BlobWriter(directory, packSizeMax));
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw storageError('the blob store (opening the blob store)', cause);
  }
}

async function verify(): Promise<Omit<VerifiedBlobs, 'damaged'>> {
  const store = writer();
  const reader = new BlobReader(directory);
  try {
    const report = progressTo(port);
    const { damaged, ...verified } = await reader.verifyAll({
      onProgress: (done, total) => {
        checkCancelled();
        report({ done, total });
      },
    });
    store.markDamaged(damaged);
    return verified;
  } finally {
    reader.close();
  }
}

function checkCancelled(): void {
  if (Atomics.load(cancelled, 0) !== 0) throw new QuantumLockError('CANCELLED', 'it was cancelled');
}
