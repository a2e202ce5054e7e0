import type { DeedOutcome } from '../../api/operator/deeds.ts';
import type { SignatureOutcome } from '../../api/operator/signing.ts';
import { PASSPHRASE_ATTEMPTS_MAX } from '../../base/limits.ts';
import { readGeneratedPassphrase } from '../keys/passphrase.ts';
import { AskingLimit, ONLY_ASKER } from '../signing/asking-limit.ts';
import type { SigningDesk } from '../signing/signing-desk.ts';
import { isRetryable, problemWords, type SecretName } from './asked-secrets.ts';
import { DEED_BUTTONS } from './button-words.ts';
import type { HostDeeds } from './host-deeds.ts';
import type { DesktopSurface, SecretAnswer, SecretQuestion } from './surface.ts';

/** Whose reviews and deeds are confirmed: they change with the data directory. */
interface ConfirmedHost {
  readonly dataDirectory: string;
  readonly desk: SigningDesk;
  readonly deeds: HostDeeds;
  readonly options: { readonly now: () => number };
}

/**
 * Asks the person in front of this machine, on the desktop's own surfaces: first whether, then for the passphrases that it
 * needs. What is asked already is not asked twice, and what ended meanwhile is not asked any more.
 */
export class DesktopConfirm {
  readonly #host: ConfirmedHost;
  readonly #surface: DesktopSurface;
  readonly #asked = new Set<string>();
  /** A page that asks, and takes back, shows no dialog after the other. */
  readonly #limit: AskingLimit;

  constructor(host: ConfirmedHost, surface: DesktopSurface) {
    this.#host = host;
    this.#surface = surface;
    this.#limit = new AskingLimit({ wall: host.options.now, monotonic: () => performance.now() }, 1);
  }

  /** Resolves when it is done, refused, withdrawn or expired. @throws SIGNING_EXPIRED, REVIEWS_LIMITED */
  async deed(id: string): Promise<DeedOutcome> {
    const { deeds } = this.#host;
    const deed = deeds.deed(id);
    const outcome = deeds.outcome(id);
    const approved = await this.#once(id, outcome, async (signal) => {
      const { sentence, warnings, asks, kind } = deed;
      if (asks.length > 0) {
        const question = { sentence, warnings, asks, mayKeep: false, button: DEED_BUTTONS[kind] };
        return this.#answered(question, signal, ({ secrets }) => deeds.confirm(id, secrets));
      }
      if (!(await this.#surface.confirmDeed(deed, signal)).approved) return false;
      await deeds.confirm(id);
      return true;
    });
    if (!approved) deeds.refuse(id);
    return outcome;
  }

  /** As above, for a review. @throws SIGNING_EXPIRED, SIGNING_LOCKED, REVIEWS_LIMITED */
  async review(id: string): Promise<SignatureOutcome> {
    const { desk, dataDirectory } = this.#host;
    const review = desk.review(id);
    const outcome = desk.outcome(id);
    const approved = await this.#once(id, outcome, async (signal) => {
      if (!(await this.#surface.confirm(review, signal)).approved) return false;
      const stored = readGeneratedPassphrase(dataDirectory) ?? undefined;
      const asks: readonly SecretName[] = [
        ...(stored === undefined && desk.needsPassphrase(id) ? (['passphrase'] as const) : []),
        ...(review.asks_export_passphrase ? (['new_export_passphrase'] as const) : []),
      ];
      const sign = ({ secrets, keepUnlocked }: SecretAnswer): Promise<SignatureOutcome> =>
        desk.confirm(id, {
          passphrase: secrets.passphrase ?? stored,
          exportPassphrase: secrets.new_export_passphrase,
          keepUnlocked,
        });
      if (asks.length === 0) {
        await sign({ secrets: {}, keepUnlocked: false });
        return true;
      }
      const question = {
        sentence: review.proposal?.sentence ?? review.sentence,
        warnings: review.warnings,
        asks,
        mayKeep: review.on_chain,
        button: review.words.button,
      };
      return this.#answered(question, signal, sign);
    });
    if (!approved) desk.refuse(id);
    return outcome;
  }

  /** True too where somebody else asks already. */
  async #once(id: string, outcome: Promise<unknown>, ask: (signal: AbortSignal) => Promise<boolean>): Promise<boolean> {
    if (this.#asked.has(id)) return true;
    this.#limit.assertMayAsk(ONLY_ASKER, 0);
    this.#asked.add(id);
    const ended = new AbortController();
    void outcome.then(() => ended.abort());
    try {
      const approved = await ask(ended.signal);
      this.#limit.noteEnd(ONLY_ASKER, approved ? 'approved' : 'refused');
      return approved;
    } finally {
      this.#asked.delete(id);
    }
  }

  /** False where the person gave up, or every try was wrong. */
  async #answered(
    question: Omit<SecretQuestion, 'problem'>,
    signal: AbortSignal,
    act: (answer: SecretAnswer) => Promise<unknown>,
  ): Promise<boolean> {
    let problem: string | null = null;
    for (let left = PASSPHRASE_ATTEMPTS_MAX; left > 0; left--) {
      const answer = await this.#surface.askSecrets({ ...question, problem }, signal);
      if (answer === null) return false;
      try {
        await act(answer);
        return true;
      } catch (error) {
        if (!isRetryable(error)) throw error;
        problem = problemWords(error);
      }
    }
    return false;
  }
}
