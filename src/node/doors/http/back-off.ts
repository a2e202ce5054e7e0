import { LOG_IN_FAILURES_FREE, LOG_IN_WAIT_MS_MAX, LOG_IN_WAIT_MS_MIN } from '../../../base/network-limits.ts';

interface Failures {
  readonly count: number;
  readonly waitUntil: number;
}

/** Networks that are remembered: the one that failed longest ago is forgotten first. */
const REMEMBERED_MAX = 10_000;

/**
 * Makes those wait who fail again and again: some failures are free, then each doubles the wait. It is by the network of an address alone. By the key
 * that they claim, anybody could shut out a member whose key is known to all.
 */
export class BackOff {
  readonly #failures = new Map<string, Failures>();
  readonly #now: () => number;

  /** `now`: of a clock that only goes forward, milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How long this one has to wait still, in milliseconds; 0 for who may try. */
  waitOf(who: string): number {
    return Math.max(0, (this.#failures.get(who)?.waitUntil ?? 0) - this.#now());
  }

  noteFailure(who: string): void {
    const count = (this.#failures.get(who)?.count ?? 0) + 1;
    const doubled = LOG_IN_WAIT_MS_MIN * 2 ** Math.min(30, count - LOG_IN_FAILURES_FREE);
    const wait = count < LOG_IN_FAILURES_FREE ? 0 : Math.min(LOG_IN_WAIT_MS_MAX, doubled);
    this.#failures.delete(who);
    this.#failures.set(who, { count, waitUntil: this.#now() + wait });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= REMEMBERED_MAX) break;
      this.#failures.delete(oldest);
    }
  }

  noteSuccess(who: string): void {
    this.#failures.delete(who);
  }
}
