import type { BlockRange } from '../query/asked-blocks.ts';
import { Thread } from '../threads/thread.ts';
import { workerUrl } from '../threads/worker-url.ts';
import type { RowSlice } from './row-format.ts';
import type { RowsHandlers, RowsWorkerData } from './rows-worker.ts';

/** For each thread: what it writes, and what it writes next. */
const ASKED_PER_THREAD = 2;

/** With less, a fifth of the time goes into collecting rows that were just written. */
const YOUNG_SIZE_MB = 32;

/** Writes rows of many blocks on several threads. */
export class RowThreads {
  readonly #threads: readonly Thread<RowsHandlers>[];

  constructor(count: number, workerData: RowsWorkerData) {
    const url = workerUrl(import.meta.url, './rows-worker.ts');
    this.#threads = Array.from(
      { length: count },
      () => new Thread<RowsHandlers>({ url, name: 'a thread of the export', youngSizeMb: YOUNG_SIZE_MB, workerData }),
    );
  }

  /** The slices, in their order; so many are asked for ahead as keep the threads busy. @throws STORAGE_CORRUPT, NODE_FAILED */
  async *of(ranges: Iterable<BlockRange>): AsyncGenerator<RowSlice, void, undefined> {
    const asked: Promise<RowSlice>[] = [];
    let next = 0;
    for (const range of ranges) {
      const thread = this.#threads[next++ % this.#threads.length] as Thread<RowsHandlers>;
      const written = thread.remote.slice(range);
      // Told to who takes it.
      written.catch(() => undefined);
      asked.push(written);
      if (asked.length < this.#threads.length * ASKED_PER_THREAD) continue;
      yield await (asked.shift() as Promise<RowSlice>);
    }
    for (const written of asked) yield await written;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end().catch(() => undefined)));
  }
}
