import { randomInt } from 'node:crypto';
import { decodeUtf8, encodeHash } from '../../base/bytes.ts';
import { decodeCanonical, type JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { SIGNING_REVIEWS_MAX, SIGNING_REVIEW_TTL_MS, SIGNING_SESSION_TTL_MS } from '../../base/limits.ts';
import type { SignatureOutcome, SigningReview } from '../../api/views/operator.ts';
import type { Rejection } from '../../ledger/rejections.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import { reject } from '../../ledger/rejections.ts';
import { encodeTransaction, encodeUnsigned, signTransaction, transactionDigest } from '../../ledger/transaction.ts';
import type { UnsignedTransaction } from '../../ledger/transaction-types.ts';
import type { SimulationResult, SubmitResult } from '../engine/engine.ts';
import { assertSecretOf, type KeyInfo } from '../keys/key-store.ts';
import type { Keyring } from '../keys/keyring.ts';
import { recordSigning } from './signing-log.ts';

export interface SigningDeskOptions {
  readonly dataDirectory: string;
  readonly keyring: Keyring;
  /** Unix milliseconds. */
  readonly clock: () => number;
  readonly randomId: () => string;
  readonly chainId: () => string;
  readonly simulate: (unsigned: Uint8Array) => Promise<SimulationResult>;
  readonly submit: (bytes: Uint8Array) => Promise<SubmitResult>;
}

export interface SigningRequest {
  readonly action: string;
  readonly payload: JsonObject;
  readonly key: KeyInfo;
}

interface Waiting {
  readonly review: SigningReview;
  /** The exact bytes that were reviewed, and that are signed. */
  readonly unsigned: Uint8Array;
  readonly key: KeyInfo;
  readonly outcome: Promise<SignatureOutcome>;
  readonly settle: (outcome: SignatureOutcome) => void;
  readonly timer: NodeJS.Timeout;
  isEnded: boolean;
  /** A confirmation that is under way. */
  attempt: Promise<SignatureOutcome> | null;
}

const KEPT_AFTER_END_MS = 60_000;

/**
 * The one guarded way to a signature: decode, simulate, show, confirm, record, sign, submit. What is shown is decoded
 * from the bytes that are kept and signed; what does not decode, or would be refused, cannot be signed. `confirm` is
 * called by the surfaces that a page cannot script, and by nothing else.
 */
export class SigningDesk {
  readonly #options: SigningDeskOptions;
  readonly #waiting = new Map<string, Waiting>();
  #unlockedUntil: number | null = null;
  #relock: NodeJS.Timeout | null = null;

  constructor(options: SigningDeskOptions) {
    this.#options = options;
  }

  /** Makes the bytes, and what a person needs to see to sign them. @throws NODE_BUSY, VALUE_NOT_ALLOWED, LIMIT_EXCEEDED */
  async request(
    request: SigningRequest,
  ): Promise<
    | { readonly outcome: 'review'; readonly review: SigningReview }
    | { readonly outcome: 'rejected'; readonly rejection: Rejection }
  > {
    const pending = [...this.#waiting.values()].filter(({ isEnded }) => !isEnded).length;
    if (pending >= SIGNING_REVIEWS_MAX)
      throw new QuantumLockError('NODE_BUSY', `${SIGNING_REVIEWS_MAX} reviews wait already`, {
        advice: 'Confirm or refuse one of them first.',
      });
    const unsigned = this.#encode(request);
    if ('code' in unsigned) return { outcome: 'rejected', rejection: unsigned };
    const simulation = await this.#options.simulate(unsigned);
    if (simulation.outcome === 'rejected') return simulation;
    const review = this.#review(unsigned, request.key, simulation);
    this.#keep(review, unsigned, request.key);
    return { outcome: 'review', review };
  }

  #encode({ action, payload, key }: SigningRequest): Uint8Array | Rejection {
    const definition = findAction(action);
    if (definition === undefined) return reject('ACTION_UNKNOWN', action.slice(0, 64));
    const refusal = definition.checkPayload(payload);
    if (refusal !== null) return refusal;
    return encodeUnsigned({
      action,
      chain_id: this.#options.chainId(),
      nonce: randomInt(2 ** 47),
      payload,
      ...definition.zones(payload),
      signer: key.public_key,
      timestamp: this.#options.clock(),
    });
  }

  #review(
    unsigned: Uint8Array,
    key: KeyInfo,
    simulation: Extract<SimulationResult, { outcome: 'applied' }>,
  ): SigningReview {
    const decoded = decodeCanonical(unsigned) as unknown as UnsignedTransaction;
    const digest = encodeHash(transactionDigest(decoded.chain_id, unsigned));
    return {
      review_id: this.#options.randomId(),
      action: decoded.action,
      sentence: simulation.sentence,
      signer: { key_id: key.key_id, name: key.name, public_key: decoded.signer, store: key.store },
      chain_id: decoded.chain_id,
      changes: simulation.changes.map((change) => ({ ...change })),
      warnings: [...simulation.warnings],
      canonical: decodeUtf8(unsigned),
      digest,
      fingerprint: [...fingerprintWords(digest)],
      expires_at: this.#options.clock() + SIGNING_REVIEW_TTL_MS,
    };
  }

  #keep(review: SigningReview, unsigned: Uint8Array, key: KeyInfo): void {
    let settle: Waiting['settle'] = () => undefined;
    const outcome = new Promise<SignatureOutcome>((resolve) => (settle = resolve));
    const timer = setTimeout(() => this.#expire(review.review_id), SIGNING_REVIEW_TTL_MS);
    timer.unref();
    this.#waiting.set(review.review_id, {
      review,
      unsigned,
      key,
      outcome,
      settle,
      timer,
      isEnded: false,
      attempt: null,
    });
  }

  /** A signature that is under way decides for itself how the review ends. */
  #expire(reviewId: string): void {
    const waiting = this.#find(reviewId);
    if (waiting.attempt === null) this.#end(waiting, { outcome: 'expired' });
  }

  #find(reviewId: string): Waiting {
    const waiting = this.#waiting.get(reviewId);
    if (waiting === undefined)
      throw new QuantumLockError('SIGNING_EXPIRED', 'there is no such review, or it has ended');
    return waiting;
  }

  /** @throws SIGNING_EXPIRED */
  review(reviewId: string): SigningReview {
    return this.#find(reviewId).review;
  }

  /** Resolves when the review ends, in whatever way. @throws SIGNING_EXPIRED */
  outcome(reviewId: string): Promise<SignatureOutcome> {
    return this.#find(reviewId).outcome;
  }

  refuse(reviewId: string): void {
    const waiting = this.#find(reviewId);
    if (waiting.attempt === null) this.#end(waiting, { outcome: 'refused' });
  }

  /** Whether this review can be confirmed without a passphrase: its key is in the keychain, or the session is unlocked. */
  needsPassphrase(reviewId: string): boolean {
    return this.#find(reviewId).key.store === 'file' && !this.#options.keyring.file.unlocked;
  }

  /**
   * Signs the reviewed bytes and submits them. Confirming twice signs once.
   * @throws SIGNING_EXPIRED, SIGNING_LOCKED, PASSPHRASE_WRONG: then the review stays open
   */
  async confirm(
    reviewId: string,
    confirmation: { readonly passphrase?: string | undefined } = {},
  ): Promise<SignatureOutcome> {
    const waiting = this.#find(reviewId);
    if (waiting.isEnded) return waiting.outcome;
    // A second confirmation meanwhile ends as the first does.
    waiting.attempt ??= this.#attempt(waiting, confirmation.passphrase).finally(() => {
      waiting.attempt = null;
      if (this.#options.clock() >= waiting.review.expires_at) this.#end(waiting, { outcome: 'expired' });
    });
    return waiting.attempt;
  }

  async #attempt(waiting: Waiting, passphrase: string | undefined): Promise<SignatureOutcome> {
    const secret = await this.#secret(waiting.key, passphrase);
    try {
      this.#end(waiting, await this.#sign(waiting, secret));
    } catch (error) {
      this.#end(waiting, { outcome: 'failed', error: errorOf(error) });
      if (!(error instanceof QuantumLockError)) throw error;
    } finally {
      secret.fill(0);
    }
    return waiting.outcome;
  }

  async #secret(key: KeyInfo, passphrase: string | undefined): Promise<Uint8Array> {
    const { keyring } = this.#options;
    if (key.store === 'file' && !keyring.file.unlocked) {
      if (passphrase === undefined) throw new QuantumLockError('SIGNING_LOCKED', `the key "${key.name}" is encrypted`);
      const session = await keyring.file.openSession(passphrase);
      try {
        return session.secret(key.key_id);
      } finally {
        session.close();
      }
    }
    return keyring.secret(key.key_id);
  }

  async #sign({ review, unsigned, key }: Waiting, secret: Uint8Array): Promise<SignatureOutcome> {
    const { simulate, submit, dataDirectory, clock } = this.#options;
    assertSecretOf(secret, key);
    // The state may have moved on since the review: what would be refused now is not signed.
    const again = await simulate(unsigned);
    if (again.outcome === 'rejected') return again;
    recordSigning(dataDirectory, {
      time: clock(),
      review_id: review.review_id,
      digest: review.digest,
      key_id: key.key_id,
      action: review.action,
    });
    const signed = signTransaction(decodeCanonical(unsigned) as unknown as UnsignedTransaction, secret);
    return submit(encodeTransaction(signed));
  }

  #end(waiting: Waiting, outcome: SignatureOutcome): void {
    if (waiting.isEnded) return;
    waiting.isEnded = true;
    clearTimeout(waiting.timer);
    waiting.settle(outcome);
    // A page that asks a moment later still hears how it ended.
    setTimeout(() => this.#waiting.delete(waiting.review.review_id), KEPT_AFTER_END_MS).unref();
  }

  /** Keeps the encrypted file open for a while, so that signing asks no passphrase. @throws PASSPHRASE_WRONG */
  async unlockSession(passphrase: string): Promise<void> {
    await this.#options.keyring.file.unlock(passphrase);
    this.#unlockedUntil = this.#options.clock() + SIGNING_SESSION_TTL_MS;
    if (this.#relock !== null) clearTimeout(this.#relock);
    this.#relock = setTimeout(() => this.lockSession(), SIGNING_SESSION_TTL_MS);
    this.#relock.unref();
  }

  lockSession(): void {
    if (this.#relock !== null) clearTimeout(this.#relock);
    this.#relock = null;
    this.#unlockedUntil = null;
    this.#options.keyring.file.lock();
  }

  /** Unix milliseconds; null while every signature asks. */
  get unlockedUntil(): number | null {
    return this.#unlockedUntil;
  }
}

function errorOf(error: unknown): { readonly code: string; readonly message: string; readonly advice: string } {
  if (error instanceof QuantumLockError) return error.toValue();
  return { code: 'NODE_FAILED', message: 'signing failed for a reason of the program', advice: 'See the log.' };
}
