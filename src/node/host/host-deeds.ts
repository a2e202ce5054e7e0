import { randomUUID } from 'node:crypto';
import type { DeedKind, DeedOutcome } from '../../api/views/operator.ts';
import { Deadline, type Clocks } from '../../base/deadline.ts';
import { QuantumLockError } from '../../base/errors.ts';
import {
  ENDED_REVIEWS_KEPT_MAX,
  HOST_DEEDS_MAX,
  SIGNING_OUTCOME_TTL_MS,
  SIGNING_REVIEW_TTL_MS,
} from '../../base/limits.ts';
import { AskingLimit, type Asker } from '../signing/asking-limit.ts';
import { isRetryable, type SecretName, type Secrets } from './asked-secrets.ts';

/** Something that the page asks of this machine, not of the chain, as the person who confirms it sees it. */
export interface HostDeed {
  readonly deed_id: string;
  readonly kind: DeedKind;
  readonly sentence: string;
  readonly warnings: readonly string[];
  /** What the person has to give for it. */
  readonly asks: readonly SecretName[];
  /** Unix milliseconds. */
  readonly expires_at: number;
}

export type DescribedDeed = Omit<HostDeed, 'deed_id' | 'expires_at'>;

/** Does it, and returns the id of the key that was made or taken in. */
export type PerformDeed = (secrets: Secrets) => Promise<string | null>;

interface Kept {
  readonly deed: HostDeed;
  readonly asker: Asker;
  readonly perform: PerformDeed;
  readonly deadline: Deadline;
  readonly outcome: Promise<DeedOutcome>;
  readonly settle: (outcome: DeedOutcome) => void;
  readonly timer: NodeJS.Timeout;
  ended: Deadline | null;
  isStarted: boolean;
}

/**
 * What the page may not do by itself: look into a folder, open another chain, use a passphrase. Each waits until a person
 * confirms it on a surface that the page cannot script, and gives there the passphrases that it needs.
 */
export class HostDeeds {
  readonly #clocks: Clocks;
  readonly #limit: AskingLimit;
  readonly #kept = new Map<string, Kept>();

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#limit = new AskingLimit(clocks, HOST_DEEDS_MAX);
  }

  /** @throws REVIEWS_LIMITED */
  request(described: DescribedDeed, asked: { readonly asker: Asker; readonly perform: PerformDeed }): HostDeed {
    const waiting = this.#of(asked.asker).filter(({ ended }) => ended === null);
    this.#limit.assertMayAsk(asked.asker, waiting.length);
    const deadline = new Deadline(this.#clocks, SIGNING_REVIEW_TTL_MS);
    let settle: Kept['settle'] = () => undefined;
    const outcome = new Promise<DeedOutcome>((resolve) => (settle = resolve));
    const kept: Kept = {
      ...asked,
      deed: { ...described, deed_id: `deed-${randomUUID()}`, expires_at: deadline.at },
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

  isWaiting(deedId: string): boolean {
    const kept = this.#kept.get(deedId);
    return kept !== undefined && this.#lookAt(kept) && kept.ended === null;
  }

  /** @throws SIGNING_EXPIRED */
  deed(deedId: string): HostDeed {
    return this.#find(deedId).deed;
  }

  /** @throws SIGNING_EXPIRED */
  outcome(deedId: string): Promise<DeedOutcome> {
    return this.#find(deedId).outcome;
  }

  /** Does it, once. @throws SIGNING_EXPIRED; PASSPHRASE_WRONG, PASSPHRASE_WEAK, PASSPHRASE_REQUIRED: then it waits on */
  async confirm(deedId: string, secrets: Secrets = {}): Promise<DeedOutcome> {
    const kept = this.#find(deedId);
    if (kept.ended === null && !kept.isStarted) {
      kept.isStarted = true;
      try {
        this.#end(kept, { outcome: 'done', key_id: await kept.perform(secrets) });
      } catch (error) {
        if (isRetryable(error) && !kept.deadline.isOver) {
          kept.isStarted = false;
          throw error;
        }
        this.#end(kept, { outcome: 'failed', error: errorOf(error) });
        if (!(error instanceof QuantumLockError)) throw error;
      }
    }
    return kept.outcome;
  }

  /** The person says no. */
  refuse(deedId: string): void {
    const kept = this.#find(deedId);
    if (!kept.isStarted) this.#end(kept, { outcome: 'refused' });
  }

  /** Whoever asked takes it back. False where it has ended, or is being done. @throws SIGNING_EXPIRED */
  withdraw(deedId: string): boolean {
    const kept = this.#find(deedId);
    if (kept.isStarted || kept.ended !== null) return false;
    this.#end(kept, { outcome: 'withdrawn' });
    return true;
  }

  #of(asker: Asker): readonly Kept[] {
    return [...this.#kept.values()].filter((kept) => kept.asker === asker && this.#lookAt(kept));
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
    this.#limit.noteEnd(kept.asker, outcome.outcome);
    const ended = [...this.#kept.values()].filter(({ asker, ended: end }) => asker === kept.asker && end !== null);
    for (const { deed } of ended.slice(0, -ENDED_REVIEWS_KEPT_MAX)) this.#kept.delete(deed.deed_id);
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
