import { scrubBlobs } from '../blobs/blob-scrub.ts';
import { isUnreadable, storageError } from '../data-directory/storage-errors.ts';

/** Before the stored content is read for the first time, and between two passes over it. */
const DELAY_MS = 60_000;
const REST_MS = 24 * 60 * 60_000;

/** Reads all stored content in the background, and reports the first damage. */
export class ContentScrub {
  readonly #directory: string;
  readonly #tell: (what: string) => void;
  readonly #closing = new AbortController();

  constructor(blobsDirectory: string, tell: (what: string) => void) {
    this.#directory = blobsDirectory;
    this.#tell = tell;
  }

  start(delayMs = DELAY_MS): void {
    setTimeout(() => {
      if (!this.#closing.signal.aborted) void this.pass({ isPaced: true }).then(() => this.start(REST_MS));
    }, delayMs).unref();
  }

  async pass({ isPaced }: { readonly isPaced: boolean }): Promise<void> {
    try {
      const [first] = await scrubBlobs(this.#directory, { signal: this.#closing.signal, isPaced });
      if (first !== undefined) this.#tell(`${first.place}: ${first.message}`);
    } catch (error) {
      this.tellDamage(error);
    }
  }

  /** Of a store that cannot be read; what else failed is met again by who asks for the content. */
  tellDamage(error: unknown): void {
    const failure = storageError('blobs/index.db', error);
    if (isUnreadable(failure)) this.#tell(failure.message);
  }

  close(): void {
    this.#closing.abort();
  }
}
