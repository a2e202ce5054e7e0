import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { DeedOutcome } from '../../../api/operator/deeds.ts';
import type { SignatureOutcome, SigningReview } from '../../../api/operator/signing.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { CONSOLE_SESSIONS_MAX, PASSPHRASE_ATTEMPTS_MAX, SIGNING_REVIEWS_MAX } from '../../../base/limits.ts';
import { isRetryable, problemWords, readSecrets, type Secrets } from '../../host/asked-secrets.ts';
import type { HostDeed } from '../../host/host-deeds.ts';
import { isPublicHost, LoopbackDoor } from '../loopback-door.ts';
import { ConfirmCapabilities, type Capability } from './capabilities.ts';
import { renderDeedOutcome, renderDeedPage, takesCode } from './deed-page.ts';
import { assertOwnForm, denied, equalText, readForm } from './form.ts';
import { fingerprintOf, fitsWindow, renderConfirmPage, secretsOf, type Credential } from './page.ts';
import { answerElsewhere, answerWithEnd, answerWithForm, answerWithMessage, answerWithStyle } from './answer.ts';
import { renderOutcomePage } from './outcome.ts';
import { CONFIRM_STYLE, expiryStyle } from './style.ts';
import { isSigningCode } from './signing-code.ts';
import type { Confirmation } from '../../signing/subjects/subject.ts';
import type { UnlockedKey } from '../../signing/signing-session.ts';

/** What the confirming surface needs of the signing desk. */
export interface ConfirmDesk {
  review(reviewId: string): SigningReview;
  isWaiting(reviewId: string): boolean;
  isUnlocked(reviewId: string): boolean;
  confirm(reviewId: string, confirmation?: Confirmation): Promise<SignatureOutcome>;
  refuse(reviewId: string): void;
  outcome(reviewId: string): Promise<SignatureOutcome>;
  readonly unlocked: UnlockedKey | null;
}

/** What it needs of the deeds that concern this machine alone. */
export interface ConfirmDeeds {
  has(deedId: string): boolean;
  isWaiting(deedId: string): boolean;
  deed(deedId: string): HostDeed;
  confirm(deedId: string, secrets?: Secrets): Promise<DeedOutcome>;
  refuse(deedId: string): void;
  outcome(deedId: string): Promise<DeedOutcome>;
}

export interface ConfirmServerOptions {
  /** Asked at each request: the desk changes with the data directory. */
  readonly desk: () => ConfirmDesk;
  /** What is confirmed here besides signatures. */
  readonly deeds?: () => ConfirmDeeds;
  /** For keys without a passphrase that a person knows; printed on the terminal, and nowhere else. */
  readonly signingCode: string;
  /**
   * The keys' passphrase where a program made it and nobody knows it by heart; null elsewhere. The window then asks for
   * the signing code, as for keys in the keychain.
   */
  readonly storedPassphrase: () => string | null;
  readonly clock: () => number;
  /** Hears of errors of the program, which the page does not show. */
  readonly onError?: (error: unknown) => void;
}

/** Reviews whose wrong tries are remembered: many more than can be open. */
const TRIED_REVIEWS_MAX = 4 * CONSOLE_SESSIONS_MAX * SIGNING_REVIEWS_MAX;

const EXPIRY_PATH = /^\/expiry-(\d{1,5})\.css$/;

/**
 * The window in which a person confirms a signature for a console that runs as a page. It has an origin of its own and
 * no script, so the console's page, however hostile, can neither read it nor press its buttons; and it takes a form only
 * from itself, with a token that only its own page holds, a word that only a reader finds, and a secret that only the person
 * knows. There is no cookie: each
 * window has a name under localhost, a path and a token of its own, for one review and one browser.
 */
export class ConfirmServer {
  readonly #options: ConfirmServerOptions;
  readonly #door: LoopbackDoor;
  readonly #capabilities = new ConfirmCapabilities();
  /** Which word is asked for comes of it. */
  readonly #wordKey = randomBytes(32);
  /** Wrong tries, by review. A closed review keeps its count: its form may still be open somewhere. */
  readonly #tries = new Map<string, number>();
  #lastTry: Promise<unknown> = Promise.resolve();

  constructor(options: ConfirmServerOptions) {
    this.#options = options;
    this.#door = new LoopbackDoor({
      isOwnHost: (host) => this.#capabilities.find(host) !== undefined,
      respond: (request, response) => void this.#respond(request, response),
      respondToStranger: (request, response) =>
        answerWithMessage(
          response,
          isPublicHost(request.headers.host, this.port) ? 404 : 421,
          'There is no such page',
          'A window that confirms a signature opens from the console.',
        ),
    });
  }

  /** Listens on this machine alone. @throws SYSTEM_DEPENDENCY */
  async listen(): Promise<void> {
    await this.#door.listen(0);
  }

  get port(): number {
    return this.#door.port;
  }

  /** A new address for the review's window, which works in the first browser that opens it. @throws REVIEWS_LIMITED */
  confirmUrl(reviewId: string): string {
    const isWaiting = (id: string): boolean =>
      this.#options.desk().isWaiting(id) || this.#options.deeds?.().isWaiting(id) === true;
    const { origin, path } = this.#capabilities.issue(reviewId, { port: this.port, isWaiting });
    return origin + path;
  }

  close(): Promise<void> {
    return this.#door.close();
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      if (error instanceof QuantumLockError)
        return answerWithMessage(response, statusOf(error), error.message, error.advice);
      this.#options.onError?.(error);
      answerWithMessage(response, 500, 'Something went wrong', 'See the log of the console. Nothing more was signed.');
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    if (path === '/confirm.css' && request.method === 'GET') return answerWithStyle(response, CONFIRM_STYLE);
    const seconds = EXPIRY_PATH.exec(path)?.[1];
    if (seconds !== undefined && request.method === 'GET')
      return answerWithStyle(response, expiryStyle(Number(seconds)));
    const capability = this.#capabilities.find((request.headers.host ?? '').toLowerCase());
    if (capability === undefined || (path !== capability.path && path !== capability.windowPath))
      return answerWithMessage(response, 404, 'There is no such page', 'Open it from the console.');
    switch (request.method) {
      case 'GET':
        return this.#show(capability, request, response);
      case 'POST':
        return this.#decide(capability, request, response);
      default:
        response.setHeader('Allow', 'GET, POST');
        return answerWithMessage(
          response,
          405,
          'Method not allowed',
          'This page can be opened, and its form can be sent.',
        );
    }
  }

  async #show(capability: Capability, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const destination = request.headers['sec-fetch-dest'];
    if (destination !== undefined && destination !== 'document')
      throw denied('This page opens only in a window of its own.');
    if (request.headers['sec-purpose'] !== undefined) throw denied('This page opens when somebody looks at it.');
    const asked = this.#find(capability.reviewId);
    const ended = await asked.ended();
    if (ended !== null) return answerWithEnd(response, 200, ended);
    if (request.url === capability.path) {
      // The fragment of the console's choice ends here.
      return answerElsewhere(response, `${this.#capabilities.open(capability)}#`);
    }
    assertNewest(capability);
    answerWithForm(response, 200, asked.form(capability, null));
  }

  async #decide(capability: Capability, request: IncomingMessage, response: ServerResponse): Promise<void> {
    assertOwnForm(request, capability.origin);
    if (request.url !== capability.windowPath) throw denied('The form is not of this page.');
    const form = await readForm(request);
    if (!equalText(form.get('token') ?? '', capability.token)) throw denied('The form is not of this page.');
    assertNewest(capability);
    const asked = this.#find(capability.reviewId);
    switch (form.get('decision')) {
      case 'refuse':
        asked.refuse();
        return answerWithEnd(response, 200, await asked.outcome());
      case 'sign':
        return this.#inTurn(() => this.#sign(asked, { capability, form }, response));
      default:
        throw new QuantumLockError('INPUT_INVALID', 'the form holds no decision');
    }
  }

  /** One try after the other: tries that are sent at once cannot bypass the limit, and a double click is two tries. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#lastTry.then(work);
    this.#lastTry = turn.catch(() => undefined);
    return turn;
  }

  async #sign(
    asked: Asked,
    { capability, form }: { readonly capability: Capability; readonly form: URLSearchParams },
    response: ServerResponse,
  ): Promise<void> {
    const { reviewId } = capability;
    const tries = (this.#tries.get(reviewId) ?? 0) + 1;
    if (tries > PASSPHRASE_ATTEMPTS_MAX) throw denied('This review was closed.');
    this.#tries.set(reviewId, tries);
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > TRIED_REVIEWS_MAX && oldest !== undefined) this.#tries.delete(oldest);
    const problem = await asked.try(form);
    if (problem === null) {
      this.#tries.delete(reviewId);
      return answerWithEnd(response, 200, await asked.outcome());
    }
    const left = PASSPHRASE_ATTEMPTS_MAX - tries;
    if (left > 0) {
      const told = `${problem} ${left} ${left === 1 ? 'try is' : 'tries are'} left.`;
      return answerWithForm(response, 403, asked.form(capability, told));
    }
    asked.refuse();
    answerWithMessage(
      response,
      403,
      'Closed',
      `${PASSPHRASE_ATTEMPTS_MAX} tries were wrong. Nothing was signed. Ask again in the console.`,
    );
  }

  /** What a capability is for. @throws SIGNING_EXPIRED */
  #find(id: string): Asked {
    const { signingCode } = this.#options;
    const deeds = this.#options.deeds?.();
    if (deeds?.has(id) === true) {
      const deed = deeds.deed(id);
      return {
        outcome: async () => renderDeedOutcome(await deeds.outcome(id)),
        ended: async () => ifSettled(await settled(deeds.outcome(id)), renderDeedOutcome),
        form: ({ token, windowPath }, problem) => {
          const now = this.#options.clock();
          const path = windowPath ?? '';
          const html = renderDeedPage({ deed, token, action: path, problem, now });
          return { html, path, refreshMs: deed.expires_at - now };
        },
        refuse: () => deeds.refuse(id),
        try: async (form) => {
          if (takesCode(deed) && !isSigningCode(form.get('code') ?? '', signingCode))
            return 'That is not the signing code.';
          return problemIn(async () =>
            deeds.confirm(
              id,
              readSecrets(deed.asks, (field) => form.get(field)),
            ),
          );
        },
      };
    }
    const desk = this.#options.desk();
    const review = desk.review(id);
    return {
      outcome: async () => renderOutcomePage(await desk.outcome(id)),
      ended: async () => ifSettled(await settled(desk.outcome(id)), renderOutcomePage),
      form: (capability, problem) => this.#formOf(review, capability, problem),
      refuse: () => desk.refuse(id),
      try: (form) => this.#trySigning(review, form),
    };
  }

  /** Null where it was signed, or ended permanently; else what was wrong with what was typed. */
  async #trySigning(review: SigningReview, form: URLSearchParams): Promise<string | null> {
    const desk = this.#options.desk();
    if (!fitsWindow(review)) return 'This is more than the window can show.';
    // This try is counted already; its page was shown before.
    const word = fingerprintOf(review)[this.#askedWord(review, 1) - 1] ?? '';
    if (!equalText(word, (form.get('word') ?? '').trim().toLowerCase()))
      return 'That is not the word that is asked for.';
    const credential = this.#credentialOf(review);
    if (credential !== 'none' && !form.has(credential === 'passphrase' ? 'passphrase' : 'code'))
      return 'Signing is locked again since this window was shown.';
    if (credential === 'signing_code' && !isSigningCode(form.get('code') ?? '', this.#options.signingCode)) {
      return 'That is not the signing code.';
    }
    return problemIn(async () => {
      const secrets = readSecrets(secretsOf(review, credential), (field) => form.get(field));
      return desk.confirm(review.review_id, {
        passphrase: secrets.passphrase ?? this.#options.storedPassphrase() ?? undefined,
        exportPassphrase: secrets.new_export_passphrase,
        keepUnlocked: form.get('keep') === 'yes',
      });
    });
  }

  #credentialOf(review: SigningReview): Credential {
    if (this.#options.desk().isUnlocked(review.review_id)) return 'none';
    return this.#takesCode(review) ? 'signing_code' : 'passphrase';
  }

  /** Whether there is no passphrase that a person could know. */
  #takesCode(review: SigningReview): boolean {
    return review.signer.store === 'keychain' || this.#options.storedPassphrase() !== null;
  }

  #formOf(review: SigningReview, { token, windowPath }: Capability, problem: string | null): ReturnType<Asked['form']> {
    const unlockedUntil = this.#options.desk().unlocked?.until ?? null;
    const now = this.#options.clock();
    const credential = this.#credentialOf(review);
    const path = windowPath ?? '';
    const askedWord = this.#askedWord(review);
    const html = renderConfirmPage({ review, credential, unlockedUntil, askedWord, token, action: path, problem, now });
    // It says until when it can be signed, and until when without a passphrase or code.
    const until = credential === 'none' ? Math.min(review.expires_at, unlockedUntil ?? now) : review.expires_at;
    return { html, path, refreshMs: until - now };
  }

  /** Which word of the fingerprint is asked for, from 1: only the window shows it, and it may be another one at each try. */
  #askedWord(review: SigningReview, triesSince = 0): number {
    const tries = (this.#tries.get(review.review_id) ?? 0) - triesSince;
    const digest = createHmac('sha256', this.#wordKey).update(`${tries} ${review.review_id}`).digest();
    return (digest.readUInt32BE() % fingerprintOf(review).length) + 1;
  }
}

/** What a person is asked in a window, whatever it is. Pages are HTML. */
interface Asked {
  /** Resolves when it ends. */
  outcome(): Promise<string>;
  /** Null while it waits. */
  ended(): Promise<string | null>;
  form(capability: Capability, problem: string | null): Parameters<typeof answerWithForm>[2];
  refuse(): void;
  /** Null where it was done, or ended permanently; else what was wrong with what was typed. */
  try(form: URLSearchParams): Promise<string | null>;
}

/** Null where it was done, or ended permanently; else what was wrong with what was typed. */
async function problemIn(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (isRetryable(error)) return problemWords(error);
    throw error;
  }
}

/** What a promise was settled to; null while it is not. */
function settled<T>(promise: Promise<T>): Promise<T | null> {
  return Promise.race([promise, Promise.resolve(null)]);
}

function ifSettled<T>(outcome: T | null, render: (outcome: T) => string): string | null {
  return outcome === null ? null : render(outcome);
}

/** @throws ACCESS_DENIED */
function assertNewest(capability: Capability): void {
  if (capability.isSuperseded) throw denied('This review was opened in another window since. Nothing was signed here.');
}

function statusOf(error: QuantumLockError): number {
  if (error.code === 'ACCESS_DENIED') return 403;
  if (error.code === 'SIGNING_EXPIRED') return 410;
  return error.code === 'LIMIT_EXCEEDED' ? 413 : 400;
}
