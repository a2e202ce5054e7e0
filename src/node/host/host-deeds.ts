import { randomUUID } from 'node:crypto';
import type { DeedKind, DeedOutcome } from '../../api/operator/deeds.ts';
import type { Clocks } from '../../base/deadline.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { HOST_DEEDS_MAX } from '../../base/limits.ts';
import type { Asker } from '../signing/asking-limit.ts';
import { failureOf, QuestionBook } from '../signing/question-book.ts';
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

/** A deed as a person is asked for it, and what it does once it is confirmed. */
export interface AskedDeed {
  readonly described: DescribedDeed;
  readonly perform: PerformDeed;
}

interface DeedContent {
  readonly deed: HostDeed;
  readonly perform: PerformDeed;
  isStarted: boolean;
}

/**
 * What the page may not do by itself: look into a folder, open another chain, use a passphrase. Each waits until a person
 * confirms it on a surface that the page cannot script, and gives there the passphrases that it needs.
 */
export class HostDeeds {
  readonly #book: QuestionBook<DeedContent, DeedOutcome>;

  constructor(clocks: Clocks) {
    this.#book = new QuestionBook({
      clocks,
      waitingMax: HOST_DEEDS_MAX,
      noun: 'question',
      isUnderWay: ({ isStarted }) => isStarted,
    });
  }

  /** @throws REVIEWS_LIMITED */
  request(
    described: DescribedDeed,
    { asker, perform }: { readonly asker: Asker; readonly perform: PerformDeed },
  ): HostDeed {
    const id = `deed-${randomUUID()}`;
    const { deed } = this.#book.keep(id, asker, (expires_at) => ({
      deed: { ...described, deed_id: id, expires_at },
      perform,
      isStarted: false,
    }));
    return deed;
  }

  has(deedId: string): boolean {
    return this.#book.has(deedId);
  }

  isWaiting(deedId: string): boolean {
    return this.#book.isWaiting(deedId);
  }

  /** @throws SIGNING_EXPIRED */
  deed(deedId: string): HostDeed {
    return this.#book.find(deedId).deed;
  }

  /** @throws SIGNING_EXPIRED */
  outcome(deedId: string): Promise<DeedOutcome> {
    return this.#book.find(deedId).outcome;
  }

  /** Does it, once. @throws SIGNING_EXPIRED; PASSPHRASE_WRONG, PASSPHRASE_WEAK, PASSPHRASE_REQUIRED: then it waits on */
  async confirm(deedId: string, secrets: Secrets = {}): Promise<DeedOutcome> {
    const kept = this.#book.find(deedId);
    if (kept.ended === null && !kept.isStarted) {
      kept.isStarted = true;
      try {
        this.#book.end(kept, { outcome: 'done', key_id: await kept.perform(secrets) });
      } catch (error) {
        if (isRetryable(error) && !kept.deadline.isOver) {
          kept.isStarted = false;
          throw error;
        }
        this.#book.end(kept, { outcome: 'failed', error: failureOf(error, 'it') });
        if (!(error instanceof QuantumLockError)) throw error;
      }
    }
    return kept.outcome;
  }

  /** The person says no. */
  refuse(deedId: string): void {
    this.#book.refuse(deedId);
  }

  /** The client that asked cancels it. False where it has ended, or is being done. @throws SIGNING_EXPIRED */
  withdraw(deedId: string): boolean {
    return this.#book.withdraw(deedId);
  }
}
