import { Deadline, type Clocks } from '../../base/deadline.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { ENDED_REVIEWS_KEPT_MAX, SIGNING_OUTCOME_TTL_MS, SIGNING_REVIEW_TTL_MS } from '../../base/limits.ts';
import { AskingLimit, type Asker } from './asking-limit.ts';

/** How a question ends that nobody said yes to. */
export type Closed =
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'withdrawn' }
  | { readonly outcome: 'expired' };

/** What a book knows of each question, whatever it is about. */
export interface Question<Outcome> {
  readonly id: string;
  readonly asker: Asker;
  readonly deadline: Deadline;
  /** Resolves when it ends, in whatever way. */
  readonly outcome: Promise<Outcome | Closed>;
  readonly settle: (outcome: Outcome | Closed) => void;
  readonly timer: NodeJS.Timeout;
  /** How it ended, and until when that is kept; null while it waits. */
  ended: { readonly outcome: Outcome | Closed; readonly until: Deadline } | null;
}

export interface QuestionBookOptions<Content> {
  readonly clocks: Clocks;
  /** Questions of one asker that may wait at a time. */
  readonly waitingMax: number;
  /** As a person calls one: "review". */
  readonly noun: string;
  /** What is being done decides for itself how it ends. */
  readonly isUnderWay: (content: Content) => boolean;
  readonly onChange?: () => void;
}

/** The questions that wait for a person, and for a while those that ended. What is over is over when it is looked at. */
export class QuestionBook<Content extends object, Outcome extends { readonly outcome: string }> {
  readonly #options: QuestionBookOptions<Content>;
  readonly #limit: AskingLimit;
  readonly #kept = new Map<string, Content & Question<Outcome>>();

  constructor(options: QuestionBookOptions<Content>) {
    this.#options = options;
    this.#limit = new AskingLimit(options.clocks, options.waitingMax);
  }

  /** @throws REVIEWS_LIMITED */
  assertMayAsk(asker: Asker): void {
    const waiting = this.list().filter((kept) => kept.ended === null && kept.asker === asker);
    this.#limit.assertMayAsk(asker, waiting.length);
  }

  /** `content`: once it is known until when it waits, Unix milliseconds. @throws REVIEWS_LIMITED */
  keep(id: string, asker: Asker, content: (expiresAt: number) => Content): Content & Question<Outcome> {
    this.assertMayAsk(asker);
    const deadline = new Deadline(this.#options.clocks, SIGNING_REVIEW_TTL_MS);
    let settle: Question<Outcome>['settle'] = () => undefined;
    const outcome = new Promise<Outcome | Closed>((resolve) => (settle = resolve));
    const kept: Content & Question<Outcome> = {
      ...content(deadline.at),
      id,
      asker,
      deadline,
      outcome,
      settle,
      // Tells a page that waits. What counts is the clock at each use, because a machine that sleeps stops its timers.
      timer: setTimeout(() => this.#lookAt(kept), SIGNING_REVIEW_TTL_MS + 1).unref(),
      ended: null,
    };
    this.#kept.set(id, kept);
    this.#options.onChange?.();
    return kept;
  }

  has(id: string): boolean {
    return this.#kept.has(id);
  }

  /** @throws SIGNING_EXPIRED */
  find(id: string): Content & Question<Outcome> {
    const kept = this.#kept.get(id);
    if (kept !== undefined && this.#lookAt(kept)) return kept;
    throw new QuantumLockError('SIGNING_EXPIRED', `there is no such ${this.#options.noun}, or it has ended`);
  }

  isWaiting(id: string): boolean {
    const kept = this.#kept.get(id);
    return kept !== undefined && this.#lookAt(kept) && kept.ended === null;
  }

  /** Those that wait or ended a moment ago, oldest first. */
  list(): readonly (Content & Question<Outcome>)[] {
    return [...this.#kept.values()].filter((kept) => this.#lookAt(kept));
  }

  end(kept: Content & Question<Outcome>, outcome: Outcome | Closed): void {
    if (kept.ended !== null) return;
    kept.ended = { outcome, until: new Deadline(this.#options.clocks, SIGNING_OUTCOME_TTL_MS) };
    clearTimeout(kept.timer);
    kept.settle(outcome);
    this.#limit.noteEnd(kept.asker, outcome.outcome);
    this.#forgetOldEnds(kept.asker);
    this.#options.onChange?.();
  }

  /** The person says no; not to what is being done already. @throws SIGNING_EXPIRED */
  refuse(id: string): void {
    const kept = this.find(id);
    if (!this.#options.isUnderWay(kept)) this.end(kept, { outcome: 'refused' });
  }

  /** The client that asked cancels it. False where it has ended, or is being done. @throws SIGNING_EXPIRED */
  withdraw(id: string): boolean {
    const kept = this.find(id);
    if (this.#options.isUnderWay(kept) || kept.ended !== null) return false;
    this.end(kept, { outcome: 'withdrawn' });
    return true;
  }

  /** Ends all that wait: nothing of theirs is done any more. */
  close(): void {
    for (const kept of this.list()) this.end(kept, { outcome: 'expired' });
  }

  /** A client that asks and cancels without end fills no memory. */
  #forgetOldEnds(asker: Asker): void {
    const ended = [...this.#kept.values()].filter((kept) => kept.asker === asker && kept.ended !== null);
    for (const { id } of ended.slice(0, -ENDED_REVIEWS_KEPT_MAX)) this.#kept.delete(id);
  }

  /** Ends it where its time is over; false where even its end need not be reported any more. */
  #lookAt(kept: Content & Question<Outcome>): boolean {
    if (kept.ended === null && !this.#options.isUnderWay(kept) && kept.deadline.isOver)
      this.end(kept, { outcome: 'expired' });
    if (kept.ended?.until.isOver !== true) return this.#kept.has(kept.id);
    this.#kept.delete(kept.id);
    return false;
  }
}

/** Why what was confirmed could not be done. `what`: "signing", say. */
export function failureOf(
  error: unknown,
  what: string,
): { readonly code: string; readonly message: string; readonly advice: string } {
  if (error instanceof QuantumLockError) return error.toFailure();
  return { code: 'NODE_FAILED', message: `${what} failed because of an error in the program`, advice: 'See the log.' };
}
