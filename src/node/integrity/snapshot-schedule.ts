import { QuantumLockError } from '../../base/errors.ts';
import { listSnapshots, takeSnapshot } from './snapshots.ts';

export interface SnapshotScheduleOptions {
  readonly dataDirectory: string;
  /** Blocks between two snapshots; null takes none. */
  readonly every: number | null;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Takes a snapshot whenever so many blocks have come since the last one, beside the sealing of others. */
export class SnapshotSchedule {
  readonly #options: SnapshotScheduleOptions;
  readonly #closing = new AbortController();
  /** Height of the newest; null until that is looked up. */
  #newest: number | null = null;
  #taking: Promise<void> | null = null;

  constructor(options: SnapshotScheduleOptions) {
    this.#options = options;
  }

  onBlock(height: number): void {
    const { every, dataDirectory } = this.#options;
    if (every === null || this.#taking !== null || this.#closing.signal.aborted) return;
    this.#newest ??= listSnapshots(dataDirectory)[0]?.height ?? 0;
    if (height - this.#newest < every) return;
    this.#newest = height;
    this.#taking = this.#take(height).finally(() => {
      this.#taking = null;
    });
  }

  /** Resolves when no snapshot is being taken. */
  async settled(): Promise<void> {
    await this.#taking;
  }

  /** Stops a snapshot that is being taken, and leaves nothing of it. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.settled();
  }

  async #take(height: number): Promise<void> {
    const { dataDirectory, now } = this.#options;
    try {
      await takeSnapshot({
        dataDirectory,
        finalHeight: height,
        height,
        output: null,
        now,
        signal: this.#closing.signal,
      });
    } catch (error) {
      // Damage and a full disk have alerts of their own; the next one is tried after as many blocks.
      if (!(error instanceof QuantumLockError)) throw error;
    }
  }
}
