import type { SignatureOutcome, SigningReview } from '../../api/views/operator.ts';
import { Deadline, type Clocks } from '../../base/deadline.ts';
import { QuantumLockError } from '../../base/errors.ts';
import {
  ENDED_REVIEWS_KEPT_MAX,
  SIGNING_OUTCOME_TTL_MS,
  SIGNING_REVIEWS_MAX,
  SIGNING_REVIEW_TTL_MS,
} from '../../base/limits.ts';
import type { VaultSession } from '../keys/file-key-store.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import { AskingLimit, type Asker } from './asking-limit.ts';

/** What a person gives with a confirmation. */
export interface Confirmation {
  /** Of the encrypted key file, where it is locked. */
  readonly passphrase?: string | undefined;
  /** That an exported key is encrypted under. */
  readonly exportPassphrase?: string | undefined;
  /** Whether the next signatures with this key on this chain ask no passphrase or code for a while. */
  readonly keepUnlocked?: boolean;
}

/** What a review does once it is confirmed. */
export type Perform = (opened: {
  readonly secret: Uint8Array;
  /** The key file, where the key came from it by a passphrase. */
  readonly vault: VaultSession | null;
  readonly confirmation: Confirmation;
}) => Promise<SignatureOutcome>;

export interface KeptReview {
  readonly review: SigningReview;
  readonly key: KeyInfo;
  readonly asker: Asker;
  /** Does exactly what was reviewed. */
  readonly perform: Perform;
  readonly deadline: Deadline;
  readonly outcome: Promise<SignatureOutcome>;
  readonly settle: (outcome: SignatureOutcome) => void;
  readonly timer: NodeJS.Timeout;
  /** How it ended, and until when that is told; null while it waits. */
  ended: { readonly outcome: SignatureOutcome; readonly until: Deadline } | null;
  /** A confirmation that is under way. */
  attempt: Promise<SignatureOutcome> | null;
}

/** The reviews that wait for a confirmation, and for a while those that ended. What is over is over when it is looked at. */
export class ReviewBook {
  readonly #clocks: Clocks;
  readonly #onChange: () => void;
  readonly #limit: AskingLimit;
  readonly #kept = new Map<string, KeptReview>();

  constructor(clocks: Clocks, onChange: () => void) {
    this.#clocks = clocks;
    this.#onChange = onChange;
    this.#limit = new AskingLimit(clocks, SIGNING_REVIEWS_MAX);
  }

  /** @throws REVIEWS_LIMITED */
  assertMayAsk(asker: Asker): void {
    const waiting = this.list().filter((kept) => kept.ended === null && kept.asker === asker);
    this.#limit.assertMayAsk(asker, waiting.length);
  }

  /** @throws REVIEWS_LIMITED */
  keep(
    review: Omit<SigningReview, 'expires_at'>,
    { key, asker, perform }: Pick<KeptReview, 'key' | 'asker' | 'perform'>,
  ): KeptReview {
    this.assertMayAsk(asker);
    const deadline = new Deadline(this.#clocks, SIGNING_REVIEW_TTL_MS);
    let settle: KeptReview['settle'] = () => undefined;
    const outcome = new Promise<SignatureOutcome>((resolve) => (settle = resolve));
    const kept: KeptReview = {
      review: { ...review, expires_at: deadline.at },
      key,
      asker,
      perform,
      deadline,
      outcome,
      settle,
      // Tells a page that waits. What counts is the clock at each use, because a machine that sleeps stops its timers.
      timer: setTimeout(() => this.#lookAt(kept), SIGNING_REVIEW_TTL_MS + 1).unref(),
      ended: null,
      attempt: null,
    };
    this.#kept.set(review.review_id, kept);
    this.#onChange();
    return kept;
  }

  /** @throws SIGNING_EXPIRED */
  find(reviewId: string): KeptReview {
    const kept = this.#kept.get(reviewId);
    if (kept !== undefined && this.#lookAt(kept)) return kept;
    throw new QuantumLockError('SIGNING_EXPIRED', 'there is no such review, or it has ended');
  }

  isWaiting(reviewId: string): boolean {
    const kept = this.#kept.get(reviewId);
    return kept !== undefined && this.#lookAt(kept) && kept.ended === null;
  }

  /** Those that wait or ended a moment ago, oldest first. */
  list(): readonly KeptReview[] {
    return [...this.#kept.values()].filter((kept) => this.#lookAt(kept));
  }

  end(kept: KeptReview, outcome: SignatureOutcome): void {
    if (kept.ended !== null) return;
    kept.ended = { outcome, until: new Deadline(this.#clocks, SIGNING_OUTCOME_TTL_MS) };
    clearTimeout(kept.timer);
    kept.settle(outcome);
    this.#limit.noteEnd(kept.asker, outcome.outcome);
    this.#forgetOldEnds(kept.asker);
    this.#onChange();
  }

  /** Whoever asks and takes back without end fills no memory. */
  #forgetOldEnds(asker: Asker): void {
    const ended = [...this.#kept.values()].filter((kept) => kept.asker === asker && kept.ended !== null);
    for (const { review } of ended.slice(0, -ENDED_REVIEWS_KEPT_MAX)) this.#kept.delete(review.review_id);
  }

  /** Ends all that wait: nothing of theirs is signed any more. */
  close(): void {
    for (const kept of this.list()) this.end(kept, { outcome: 'expired' });
  }

  /** Ends it where its time is over; false where even its end need not be told any more. */
  #lookAt(kept: KeptReview): boolean {
    // A signature that is under way decides for itself how the review ends.
    if (kept.ended === null && kept.attempt === null && kept.deadline.isOver) this.end(kept, { outcome: 'expired' });
    if (kept.ended?.until.isOver !== true) return this.#kept.has(kept.review.review_id);
    this.#kept.delete(kept.review.review_id);
    return false;
  }
}
