import { CHECKPOINT_INTERVAL_MS, WITNESS_RETRY_MS } from '../../base/limits.ts';

/** When a running node signs and shows its head: after a block, at most once in an interval, and again where somebody did not answer. */
export class CheckpointSchedule {
  readonly #publish: () => Promise<boolean>;
  #timer: NodeJS.Timeout | null = null;
  #isDue = false;
  #isRunning = false;
  #isClosed = false;
  #lastAt = -Infinity;

  /** `publish` says whether it has to be done again although no block comes; it does not throw. */
  constructor(publish: () => Promise<boolean>) {
    this.#publish = publish;
  }

  /** There is a new head. */
  onBlock(): void {
    this.#isDue = true;
    this.#arm(Math.max(0, this.#lastAt + CHECKPOINT_INTERVAL_MS - performance.now()));
  }

  #arm(ms: number): void {
    if (this.#isClosed || this.#isRunning) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), ms);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    this.#timer = null;
    this.#isRunning = true;
    this.#isDue = false;
    this.#lastAt = performance.now();
    const isUnfinished = await this.#publish();
    this.#isRunning = false;
    if (this.#isDue) this.onBlock();
    else if (isUnfinished) this.#arm(WITNESS_RETRY_MS);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
