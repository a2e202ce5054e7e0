import { parentPort } from 'node:worker_threads';

import { defined } from '../../base/assert.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BLOB_SLAB_SIZE_BYTES } from '../../base/limits.ts';
import type { FromHashWorker, HashedChunk, ToHashWorker } from './hash-messages.ts';
import { readFileInChunks, type ReadableFile } from './read-file.ts';

/** Reads and hashes files into slabs. It has two, so it reads on while the store's thread writes one. */
const port = defined(parentPort, 'the port to the store');
const free: Uint8Array<ArrayBuffer>[] = [new Uint8Array(BLOB_SLAB_SIZE_BYTES), new Uint8Array(BLOB_SLAB_SIZE_BYTES)];
let waiting: ((slab: Uint8Array<ArrayBuffer>) => void) | null = null;

let slab: Uint8Array<ArrayBuffer> | null = null;
let used = 0;
let chunks: HashedChunk[] = [];
let finished: { file: number; content_hash: string }[] = [];

port.on('message', (message: ToHashWorker) => {
  switch (message.type) {
    case 'slab':
      giveBack(message.slab);
      return;
    case 'read':
      void readFiles(message.root, message.files);
      return;
    case 'end':
      // What waits for a slab now waits for nothing, and the thread ends.
      port.close();
      return;
  }
});

async function readFiles(root: string, files: readonly ReadableFile[]): Promise<void> {
  try {
    for (const [index, file] of files.entries()) {
      const content_hash = await readFileInChunks(root, file, {
        allocate,
        onChunk: (hash, chunk) => chunks.push({ file: index, hash, offset: used - chunk.length, size: chunk.length }),
      });
      finished.push({ file: index, content_hash });
    }
    if (chunks.length > 0 || finished.length > 0) await send();
    post({ type: 'done' });
  } catch (error) {
    // A bug ends the thread, and the store hears of it.
    if (!(error instanceof QuantumLockError)) throw error;
    post({ type: 'failed', error: error.toValue() });
  }
}

async function allocate(size: number): Promise<Uint8Array> {
  if (slab !== null && used + size > slab.length) await send();
  slab ??= await takeSlab();
  used += size;
  return slab.subarray(used - size, used);
}

async function send(): Promise<void> {
  const full = slab ?? (await takeSlab());
  post({ type: 'chunks', slab: full, chunks, finished }, [full.buffer]);
  slab = null;
  used = 0;
  chunks = [];
  finished = [];
}

function takeSlab(): Promise<Uint8Array<ArrayBuffer>> {
  const next = free.pop();
  if (next !== undefined) return Promise.resolve(next);
  return new Promise((resolve) => {
    waiting = resolve;
  });
}

function giveBack(returned: Uint8Array<ArrayBuffer>): void {
  const taker = waiting;
  waiting = null;
  if (taker === null) free.push(returned);
  else taker(returned);
}

function post(message: FromHashWorker, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
