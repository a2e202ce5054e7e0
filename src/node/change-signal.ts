import { QuantumLockError } from '../base/errors.ts';
import { EVENT_SUBSCRIBERS_MAX } from '../base/limits.ts';

/** Wakes those who look at something whenever it may have changed. Several changes at once wake them once. */
export class ChangeSignal {
  readonly #wakers = new Set<() => void>();

  notify(): void {
    for (const wake of this.#wakers) wake();
  }

  /** Yields at once, and after each change, until the signal aborts. @throws NODE_BUSY */
  async *changes(signal: AbortSignal | undefined): AsyncGenerator<void, void, undefined> {
    if (this.#wakers.size >= EVENT_SUBSCRIBERS_MAX)
      throw new QuantumLockError('NODE_BUSY', `there are ${EVENT_SUBSCRIBERS_MAX} subscribers already`);
    let isChanged = true;
    let resume: () => void = () => undefined;
    const wake = (): void => {
      isChanged = true;
      resume();
    };
    this.#wakers.add(wake);
    signal?.addEventListener('abort', wake);
    try {
      for (;;) {
        if (!isChanged) await new Promise<void>((resolve) => (resume = resolve));
        if (signal?.aborted === true) return;
        isChanged = false;
        yield;
      }
    } finally {
      signal?.removeEventListener('abort', wake);
      this.#wakers.delete(wake);
    }
  }
}
