import { Deadline, type Clocks } from '../../base/deadline.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { PASSPHRASE_ATTEMPTS_MAX, PASSPHRASE_DELAY_MS_MAX, PASSPHRASE_QUEUE_MAX } from '../../base/limits.ts';

/**
 * Tries of passphrases by the page, of whatever key and procedure: one at a time, and after a few wrong ones each wrong one
 * doubles the time until the next. The confirming window and the command line count for themselves, so that a page that
 * guesses locks nobody out.
 */
export class PassphraseTries {
  readonly #clocks: Clocks;
  #wrongCount = 0;
  #wait: Deadline | null = null;
  #queued = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /** @throws PASSPHRASE_LIMITED, and whatever `work` throws */
  async try<T>(work: () => Promise<T>): Promise<T> {
    if (this.#queued >= PASSPHRASE_QUEUE_MAX)
      throw new QuantumLockError('PASSPHRASE_LIMITED', 'other passphrases are being tried', {
        advice: 'Wait for them.',
      });
    this.#queued += 1;
    const turn = this.#last.then(() => this.#tryNow(work));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#queued -= 1;
    }
  }

  async #tryNow<T>(work: () => Promise<T>): Promise<T> {
    const remainingMs = this.#wait?.remainingMs ?? 0;
    if (remainingMs > 0) {
      throw new QuantumLockError(
        'PASSPHRASE_LIMITED',
        `${this.#wrongCount} passphrases were wrong: the next can be tried in ${Math.ceil(remainingMs / 1_000)} s`,
      );
    }
    try {
      const done = await work();
      this.#wrongCount = 0;
      this.#wait = null;
      return done;
    } catch (error) {
      if (error instanceof QuantumLockError && error.code === 'PASSPHRASE_WRONG') this.#noteWrong();
      throw error;
    }
  }

  #noteWrong(): void {
    this.#wrongCount += 1;
    const doublings = this.#wrongCount - PASSPHRASE_ATTEMPTS_MAX;
    if (doublings < 0) return;
    this.#wait = new Deadline(this.#clocks, Math.min(PASSPHRASE_DELAY_MS_MAX, 1_000 * 2 ** Math.min(doublings, 20)));
  }
}
