import { randomUUID } from 'node:crypto';
import type { DeedKind, DeedOutcome } from '../../api/views/operator.ts';
import { Deadline, type Clocks } from '../../base/deadline.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { HOST_DEEDS_MAX, SIGNING_OUTCOME_TTL_MS, SIGNING_REVIEW_TTL_MS } from '../../base/limits.ts';

/** Something that the page asks of this machine, not of the chain, as the person who confirms it sees it. */
export interface HostDeed {
  readonly deed_id: string;
  readonly kind: DeedKind;
  readonly path: string;
  readonly sentence: string;
  readonly warnings: readonly string[];
  /** Unix milliseconds. */
  readonly expires_at: number;
}

interface Kept {
  readonly deed: HostDeed;
  readonly perform: () => Promise<void>;
  readonly deadline: Deadline;
  readonly outcome: Promise<DeedOutcome>;
  readonly settle: (outcome: DeedOutcome) => void;
  readonly timer: NodeJS.Timeout;
  ended: Deadline | null;
  isStarted: boolean;
}

/**
 * What the page may not do by itself: look into a folder, open another chain. Each waits until a person confirms it on a
 * surface that the page cannot script. Too many of them only end each other, the oldest first.
 */
export class HostDeeds {
  readonly #clocks: Clocks;
  readonly #kept = new Map<string, Kept>();

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  request(deed: Omit<HostDeed, 'deed_id' | 'expires_at'>, perform: () => Promise<void>): HostDeed {
    const waiting = [...this.#kept.values()].filter((kept) => this.#lookAt(kept) && kept.ended === null);
    const oldest = waiting.find(({ isStarted }) => !isStarted);
    if (waiting.length >= HOST_DEEDS_MAX && oldest !== undefined) this.#end(oldest, { outcome: 'expired' });
    const deadline = new Deadline(this.#clocks, SIGNING_REVIEW_TTL_MS);
    let settle: Kept['settle'] = () => undefined;
    const outcome = new Promise<DeedOutcome>((resolve) => (settle = resolve));
    const kept: Kept = {
      deed: { ...deed, deed_id: `deed-${randomUUID()}`, expires_at: deadline.at },
      perform,
      deadline,
      outcome,
      settle,
      timer: setTimeout(() => this.#lookAt(kept), SIGNING_REVIEW_TTL_MS + 1).unref(),
      ended: null,
      isStarted: false,
    };
    this.#kept.set(kept.deed.deed_id, kept);
    return kept.deed;
  }

  has(deedId: string): boolean {
    return this.#kept.has(deedId);
  }

  /** @throws SIGNING_EXPIRED */
  deed(deedId: string): HostDeed {
    return this.#find(deedId).deed;
  }

  /** @throws SIGNING_EXPIRED */
  outcome(deedId: string): Promise<DeedOutcome> {
    return this.#find(deedId).outcome;
  }

  /** Does it, once. @throws SIGNING_EXPIRED */
  async confirm(deedId: string): Promise<DeedOutcome> {
    const kept = this.#find(deedId);
    if (kept.ended === null && !kept.isStarted) {
      kept.isStarted = true;
      try {
        await kept.perform();
        this.#end(kept, { outcome: 'done' });
      } catch (error) {
        this.#end(kept, { outcome: 'failed', error: errorOf(error) });
        if (!(error instanceof QuantumLockError)) throw error;
      }
    }
    return kept.outcome;
  }

  refuse(deedId: string): void {
    const kept = this.#find(deedId);
    if (!kept.isStarted) this.#end(kept, { outcome: 'refused' });
  }

  #find(deedId: string): Kept {
    const kept = this.#kept.get(deedId);
    if (kept !== undefined && this.#lookAt(kept)) return kept;
    throw new QuantumLockError('SIGNING_EXPIRED', 'there is no such question, or it has ended');
  }

  #end(kept: Kept, outcome: DeedOutcome): void {
    if (kept.ended !== null) return;
    kept.ended = new Deadline(this.#clocks, SIGNING_OUTCOME_TTL_MS);
    clearTimeout(kept.timer);
    kept.settle(outcome);
  }

  /** False where not even its end need be told any more. */
  #lookAt(kept: Kept): boolean {
    if (kept.ended === null && !kept.isStarted && kept.deadline.isOver) this.#end(kept, { outcome: 'expired' });
    if (kept.ended?.isOver !== true) return true;
    this.#kept.delete(kept.deed.deed_id);
    return false;
  }
}

function errorOf(error: unknown): { readonly code: string; readonly message: string; readonly advice: string } {
  if (error instanceof QuantumLockError) return error.toValue();
  return { code: 'NODE_FAILED', message: 'it failed for a reason of the program', advice: 'See the log.' };
}
