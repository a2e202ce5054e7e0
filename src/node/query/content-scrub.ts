import { scrubBlobs } from '../blobs/blob-scrub.ts';
import { isUnreadable, storageError } from '../data-directory/storage-errors.ts';
import type { ScrubRecord } from '../integrity/scrub-record.ts';

/** Before the stored content is read for the first time, and between two passes over it. */
const DELAY_MS = 60_000;
const REST_MS = 24 * 60 * 60_000;

export interface ContentScrubOptions {
  readonly blobsDirectory: string;
  /** Keeps when the last whole pass ended. */
  readonly record: ScrubRecord;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Hears of the first thing that is damaged. */
  readonly tell: (what: string) => void;
}

/** Reads all stored content in the background. */
export class ContentScrub {
  readonly #options: ContentScrubOptions;
  readonly #closing = new AbortController();
  #progress: { readonly done: number; readonly total: number } | null = null;

  constructor(options: ContentScrubOptions) {
    this.#options = options;
  }

  /** How far the pass is that runs; null between two. */
  get progress(): { readonly done: number; readonly total: number } | null {
    return this.#progress;
  }

  /** Begins when the last pass of any run is long enough ago. */
  start(delayMs = Math.max(DELAY_MS, this.#restLeftMs())): void {
    setTimeout(() => {
      if (!this.#closing.signal.aborted) void this.pass({ isPaced: true }).then(() => this.start(REST_MS));
    }, delayMs).unref();
  }

  async pass({ isPaced }: { readonly isPaced: boolean }): Promise<void> {
    const { blobsDirectory, record, now, tell } = this.#options;
    try {
      const { signal } = this.#closing;
      const onProgress = (done: number, total: number): void => void (this.#progress = { done, total });
      const [first] = await scrubBlobs(blobsDirectory, { signal, isPaced, onProgress });
      if (first !== undefined) tell(`${first.place}: ${first.message}`);
      record.endPass('content', { at: now(), reached: (this.#progress?.total ?? 0) - 1 });
    } catch (error) {
      this.tellDamage(error);
    } finally {
      this.#progress = null;
    }
  }

  #restLeftMs(): number {
    const { record, now } = this.#options;
    const { ended_at: ended } = record.state.content;
    if (ended === null) return 0;
    const left = ended + REST_MS - now();
    // An end that is to come is of a clock that was set back.
    return left > REST_MS ? 0 : left;
  }

  /** Of a store that cannot be read; what else failed is met again by who asks for the content. */
  tellDamage(error: unknown): void {
    const failure = storageError('blobs/index.db', error);
    if (isUnreadable(failure)) this.#options.tell(failure.message);
  }

  close(): void {
    this.#closing.abort();
  }
}
