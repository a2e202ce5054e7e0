import { Deadline, type Clocks } from '../../base/deadline.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { REFUSALS_IN_ROW_MAX, REFUSALS_PAUSE_MS } from '../../base/limits.ts';

/** Who asks a person for something: one session of the console, or a command. */
export type Asker = string;

/** Where there is but one who could ask. */
export const ONLY_ASKER: Asker = 'here';

interface Refusals {
  count: number;
  pause: Deadline | null;
}

/**
 * Keeps a client from asking without end: only so many questions of one asker wait at a time, and after so many
 * refusals in a row there is a pause, so that no page can open one window after the other under the person's hand.
 */
export class AskingLimit {
  readonly #clocks: Clocks;
  readonly #waitingMax: number;
  readonly #refusals = new Map<Asker, Refusals>();

  constructor(clocks: Clocks, waitingMax: number) {
    this.#clocks = clocks;
    this.#waitingMax = waitingMax;
  }

  /** @throws REVIEWS_LIMITED */
  assertMayAsk(asker: Asker, waitingCount: number): void {
    const pauseMs = this.#refusals.get(asker)?.pause?.remainingMs ?? 0;
    if (pauseMs > 0)
      throw new QuantumLockError(
        'REVIEWS_LIMITED',
        `${REFUSALS_IN_ROW_MAX} were refused one after the other: no new request is accepted for ${Math.ceil(pauseMs / 1_000)} s`,
        { advice: 'Find out which program asks. If it was you, try again after that time.' },
      );
    if (waitingCount >= this.#waitingMax)
      throw new QuantumLockError('REVIEWS_LIMITED', `${waitingCount} requests already wait to be confirmed`);
  }

  /**
   * How a question ended. What was cancelled, or expired, ends no row of refusals: the client that asks could do so
   * between them.
   */
  noteEnd(asker: Asker, outcome: string): void {
    if (outcome === 'withdrawn' || outcome === 'expired') return;
    if (outcome !== 'refused') return void this.#refusals.delete(asker);
    const refusals = this.#refusals.get(asker) ?? { count: 0, pause: null };
    this.#refusals.set(asker, refusals);
    refusals.count += 1;
    if (refusals.count < REFUSALS_IN_ROW_MAX) return;
    refusals.count = 0;
    refusals.pause = new Deadline(this.#clocks, REFUSALS_PAUSE_MS);
  }
}
