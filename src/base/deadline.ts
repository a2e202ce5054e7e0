import { CLOCK_SET_BACK_MS_MAX } from './limits.ts';

/** The clocks that a deadline is checked against, in milliseconds. */
export interface Clocks {
  /** Unix time: it continues while the machine sleeps, and somebody can set it. */
  readonly wall: () => number;
  /** Since any moment: nobody can set it, and on most systems it stands while the machine sleeps. */
  readonly monotonic: () => number;
}

/**
 * A moment at which something ends, compared with the clocks whenever it is used. It is over as soon as either clock
 * says so: the one counts the time that the machine slept, the other shows a clock that was set back. A timer would
 * show neither.
 */
export class Deadline {
  /** Unix milliseconds, as the wall clock tells it. */
  readonly at: number;
  readonly #clocks: Clocks;
  readonly #startedAt: number;
  readonly #endsMonotonic: number;

  constructor(clocks: Clocks, durationMs: number) {
    this.#clocks = clocks;
    this.#startedAt = clocks.wall();
    this.at = this.#startedAt + durationMs;
    this.#endsMonotonic = clocks.monotonic() + durationMs;
  }

  get isOver(): boolean {
    return this.remainingMs === 0;
  }

  /** 0 where it is over. A wall clock that was set back by more than a correction measures nothing any more: over, too. */
  get remainingMs(): number {
    const wall = this.#clocks.wall();
    if (wall < this.#startedAt - CLOCK_SET_BACK_MS_MAX) return 0;
    return Math.max(0, Math.min(this.at - wall, this.#endsMonotonic - this.#clocks.monotonic()));
  }
}
