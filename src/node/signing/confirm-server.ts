import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import type { SignatureOutcome, SigningReview } from '../../api/views/operator.ts';
import { encodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import {
  CONFIRM_FORM_SIZE_BYTES_MAX,
  CONFIRM_REQUEST_TIMEOUT_MS,
  PASSPHRASE_ATTEMPTS_MAX,
  SIGNING_REVIEWS_MAX,
} from '../../base/limits.ts';
import type { Credential } from './confirm-page.ts';
import { renderConfirmPage, renderMessagePage, renderOutcomePage } from './confirm-page.ts';
import { CONFIRM_STYLE } from './confirm-style.ts';
import { isSigningCode } from './signing-code.ts';
import type { Confirmation } from './review-book.ts';

/** What the confirming surface needs of the signing desk. */
export interface ConfirmDesk {
  review(reviewId: string): SigningReview;
  isUnlocked(reviewId: string): boolean;
  confirm(reviewId: string, confirmation?: Confirmation): Promise<SignatureOutcome>;
  refuse(reviewId: string): void;
  outcome(reviewId: string): Promise<SignatureOutcome>;
  readonly unlockedUntil: number | null;
}

export interface ConfirmServerOptions {
  /** Asked at each request: the desk changes with the data directory. */
  readonly desk: () => ConfirmDesk;
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
  /** 0, the default, takes a free one. */
  readonly port?: number;
}

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Under no-referrer a browser sends `Origin: null` with this page's own form (Fetch, "append a request Origin header").
  'Referrer-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cache-Control': 'no-store',
};

/** Reviews whose wrong tries are remembered: many more than can be open. */
const TRIED_REVIEWS_MAX = 8 * SIGNING_REVIEWS_MAX;

const PAGE_PATH = /^\/confirm\/([0-9A-Za-z_-]{1,64})$/;

/**
 * The window in which a person confirms a signature for a console that runs as a page. It has an origin of its own and
 * no script, so the console's page, however hostile, can neither read it nor press its buttons; and it takes a form only
 * from itself, with a token that only its own page holds and a secret that only the person knows.
 */
export class ConfirmServer {
  readonly #options: ConfirmServerOptions;
  readonly #server: Server;
  readonly #tokenKey = randomBytes(32);
  /** Wrong tries, by review. A closed review keeps its count: its form may still be open somewhere. */
  readonly #tries = new Map<string, number>();
  #lastTry: Promise<unknown> = Promise.resolve();
  #port = 0;

  constructor(options: ConfirmServerOptions) {
    this.#options = options;
    this.#server = createServer({
      requestTimeout: CONFIRM_REQUEST_TIMEOUT_MS,
      headersTimeout: CONFIRM_REQUEST_TIMEOUT_MS,
    });
    this.#server.maxConnections = SIGNING_REVIEWS_MAX;
    this.#server.on('request', (request, response) => void this.#respond(request, response));
  }

  /** Listens on 127.0.0.1 and returns the origin. @throws SYSTEM_DEPENDENCY */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) => {
        reject(new QuantumLockError('SYSTEM_DEPENDENCY', `cannot listen on 127.0.0.1: ${cause.message}`, { cause }));
      });
      this.#server.listen(this.#options.port ?? 0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new QuantumLockError('SYSTEM_DEPENDENCY', 'the server has no port');
    this.#port = address.port;
    return this.origin;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  confirmUrl(reviewId: string): string {
    return `${this.origin}/confirm/${encodeURIComponent(reviewId)}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      if (error instanceof QuantumLockError)
        return respondWithMessage(response, statusOf(error), error.message, error.advice);
      this.#options.onError?.(error);
      respondWithMessage(response, 500, 'It failed', 'The log of the console says why. Nothing more was signed.');
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A name that resolves to this machine (DNS rebinding) is not this machine's address.
    if (request.headers.host !== `127.0.0.1:${this.#port}`) throw denied('This page answers only to its own address.');
    const path = request.url ?? '/';
    if (path === '/confirm.css' && request.method === 'GET')
      return respond(response, 200, 'text/css; charset=utf-8', CONFIRM_STYLE);
    const reviewId = PAGE_PATH.exec(path)?.[1];
    if (reviewId === undefined)
      return respondWithMessage(response, 404, 'There is no such page', 'Open it from the console.');
    switch (request.method) {
      case 'GET':
        return this.#show(reviewId, request, response);
      case 'POST':
        return this.#decide(reviewId, request, response);
      default:
        response.setHeader('Allow', 'GET, POST');
        return respondWithMessage(response, 405, 'Not like this', 'This page is opened, and its form is sent.');
    }
  }

  async #show(reviewId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const destination = request.headers['sec-fetch-dest'];
    if (destination !== undefined && destination !== 'document')
      throw denied('This page opens only in a window of its own.');
    const desk = this.#options.desk();
    const review = desk.review(reviewId);
    const outcome = await Promise.race([desk.outcome(reviewId), Promise.resolve(null)]);
    if (outcome !== null) return respond(response, 200, HTML, renderOutcomePage(outcome));
    this.#respondWithForm(response, 200, review, null);
  }

  async #decide(reviewId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    assertOwnForm(request, this.origin);
    const form = await readForm(request);
    if (!equalText(form.get('token') ?? '', this.#tokenOf(reviewId))) throw denied('The form is not of this page.');
    const desk = this.#options.desk();
    const review = desk.review(reviewId);
    switch (form.get('decision')) {
      case 'refuse':
        desk.refuse(reviewId);
        return respond(response, 200, HTML, renderOutcomePage(await desk.outcome(reviewId)));
      case 'sign':
        return this.#inTurn(() => this.#sign(review, form, response));
      default:
        throw new QuantumLockError('INPUT_INVALID', 'the form holds no decision');
    }
  }

  /** One try after the other: tries sent at once are no way around the limit, and a double click is two tries. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#lastTry.then(work);
    this.#lastTry = turn.catch(() => undefined);
    return turn;
  }

  async #sign(review: SigningReview, form: URLSearchParams, response: ServerResponse): Promise<void> {
    const reviewId = review.review_id;
    const desk = this.#options.desk();
    const tries = (this.#tries.get(reviewId) ?? 0) + 1;
    if (tries > PASSPHRASE_ATTEMPTS_MAX) throw denied('This review was closed.');
    this.#tries.set(reviewId, tries);
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > TRIED_REVIEWS_MAX && oldest !== undefined) this.#tries.delete(oldest);
    const problem = await this.#trySigning(review, form);
    if (problem === null) {
      this.#tries.delete(reviewId);
      return respond(response, 200, HTML, renderOutcomePage(await desk.outcome(reviewId)));
    }
    const left = PASSPHRASE_ATTEMPTS_MAX - tries;
    if (left > 0) {
      return this.#respondWithForm(
        response,
        403,
        review,
        `${problem} ${left} ${left === 1 ? 'try is' : 'tries are'} left.`,
      );
    }
    desk.refuse(reviewId);
    respondWithMessage(
      response,
      403,
      'Closed',
      `${PASSPHRASE_ATTEMPTS_MAX} tries were wrong. Nothing was signed. Ask for the signature again in the console.`,
    );
  }

  /** Null where it was signed, or ended for good; else what was wrong with what was typed. */
  async #trySigning(review: SigningReview, form: URLSearchParams): Promise<string | null> {
    const desk = this.#options.desk();
    const credential = this.#credentialOf(review);
    if (credential === 'signing_code' && !isSigningCode(form.get('code') ?? '', this.#options.signingCode)) {
      return 'That is not the signing code.';
    }
    const passphrase = credential === 'passphrase' ? (form.get('passphrase') ?? '') : undefined;
    const exportPassphrase = form.get('export') ?? undefined;
    if (exportPassphrase !== (form.get('export_again') ?? undefined)) return 'The two new passphrases differ.';
    try {
      await desk.confirm(review.review_id, {
        passphrase: passphrase ?? this.#options.storedPassphrase() ?? undefined,
        exportPassphrase,
        keepUnlocked: form.get('keep') === 'yes',
      });
    } catch (error) {
      if (error instanceof QuantumLockError && error.code === 'PASSPHRASE_WRONG') return 'That is not the passphrase.';
      throw error;
    }
    return null;
  }

  #credentialOf(review: SigningReview): Credential {
    if (this.#options.desk().isUnlocked(review.review_id)) return 'none';
    return this.#takesCode(review) ? 'signing_code' : 'passphrase';
  }

  /** Whether there is no passphrase that a person could know. */
  #takesCode(review: SigningReview): boolean {
    return review.signer.store === 'keychain' || this.#options.storedPassphrase() !== null;
  }

  #respondWithForm(response: ServerResponse, status: number, review: SigningReview, problem: string | null): void {
    const { unlockedUntil } = this.#options.desk();
    const token = this.#tokenOf(review.review_id);
    respond(
      response,
      status,
      HTML,
      renderConfirmPage({ review, credential: this.#credentialOf(review), unlockedUntil, token, problem }),
    );
  }

  #tokenOf(reviewId: string): string {
    return createHmac('sha256', this.#tokenKey).update(reviewId).digest('base64url');
  }
}

const HTML = 'text/html; charset=utf-8';

/** @throws ACCESS_DENIED for a form that this server's own page did not send */
function assertOwnForm(request: IncomingMessage, origin: string): void {
  if (request.headers.origin !== origin) throw denied('The form comes from another page.');
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw denied('The form comes from another page.');
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw denied('That is not the form of this page.');
}

/** @throws LIMIT_EXCEEDED */
async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > CONFIRM_FORM_SIZE_BYTES_MAX) throw new QuantumLockError('LIMIT_EXCEEDED', 'the form is too long');
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}

function respond(response: ServerResponse, status: number, contentType: string, body: string): void {
  const bytes = encodeUtf8(body);
  response.writeHead(status, { ...HEADERS, 'Content-Type': contentType, 'Content-Length': bytes.length });
  response.end(bytes);
}

function respondWithMessage(response: ServerResponse, status: number, title: string, text: string): void {
  respond(response, status, HTML, renderMessagePage(title, text));
}

function statusOf(error: QuantumLockError): number {
  if (error.code === 'ACCESS_DENIED') return 403;
  if (error.code === 'SIGNING_EXPIRED') return 410;
  return error.code === 'LIMIT_EXCEEDED' ? 413 : 400;
}

function denied(message: string): QuantumLockError {
  return new QuantumLockError('ACCESS_DENIED', message, { advice: 'Open the window again from the console.' });
}

function equalText(left: string, right: string): boolean {
  const [leftBytes, rightBytes] = [encodeUtf8(left), encodeUtf8(right)];
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}
