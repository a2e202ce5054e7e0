import { randomInt } from 'node:crypto';
import { decodeUtf8, encodeHash } from '../../base/bytes.ts';
import { decodeCanonical, type JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { SIGNING_REVIEWS_MAX, SIGNING_REVIEW_TTL_MS } from '../../base/limits.ts';
import type { SignatureOutcome, SigningReview } from '../../api/views/operator.ts';
import type { Rejection } from '../../ledger/rejections.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { KeySubject } from '../../ledger/governance/possession.ts';
import { reject } from '../../ledger/rejections.ts';
import { signDigest } from '../../ledger/signature.ts';
import { encodeTransaction, encodeUnsigned, signTransaction, transactionDigest } from '../../ledger/transaction.ts';
import type { UnsignedTransaction } from '../../ledger/transaction-types.ts';
import type { SimulationResult, SubmitResult } from '../engine/engine.ts';
import { assertSecretOf, type KeyInfo } from '../keys/key-store.ts';
import type { Keyring } from '../keys/keyring.ts';
import { describeDeed, exportKey, forgetKey, type KeyDeed } from './key-deeds.ts';
import { describePossession } from './possession-review.ts';
import { recordSigning } from './signing-log.ts';
import { SigningSession } from './signing-session.ts';

export interface SigningDeskOptions {
  readonly dataDirectory: string;
  readonly keyring: Keyring;
  /** Unix milliseconds. */
  readonly clock: () => number;
  readonly randomId: () => string;
  readonly chainId: () => string;
  readonly simulate: (unsigned: Uint8Array) => Promise<SimulationResult>;
  readonly submit: (bytes: Uint8Array) => Promise<SubmitResult>;
  /** Hears of a key that was proved to be held; the secret is wiped afterwards. */
  readonly onPossession?: (proved: {
    readonly subject: KeySubject;
    readonly key: KeyInfo;
    readonly secret: Uint8Array;
  }) => Promise<void>;
  /** Called before a key is forgotten. */
  readonly onForget?: (key: KeyInfo) => Promise<void>;
  /** Why a key must stay on this machine; null where it may go. */
  readonly whyKept?: (key: KeyInfo) => string | null;
}

/** What a person gives with a confirmation. */
export interface Confirmation {
  /** Of the encrypted key file, where it is locked. */
  readonly passphrase?: string | undefined;
  /** That an exported key is encrypted under. */
  readonly exportPassphrase?: string | undefined;
}

export interface SigningRequest {
  readonly action: string;
  readonly payload: JsonObject;
  readonly key: KeyInfo;
}

interface Waiting {
  readonly review: SigningReview;
  readonly key: KeyInfo;
  /** Does exactly what was reviewed. */
  readonly perform: (secret: Uint8Array, confirmation: Confirmation) => Promise<SignatureOutcome>;
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
  readonly #session: SigningSession;

  constructor(options: SigningDeskOptions) {
    this.#options = options;
    this.#session = new SigningSession(options);
  }

  /** Makes the bytes, and what a person needs to see to sign them. @throws NODE_BUSY, VALUE_NOT_ALLOWED, LIMIT_EXCEEDED */
  async request(
    request: SigningRequest,
  ): Promise<
    | { readonly outcome: 'review'; readonly review: SigningReview }
    | { readonly outcome: 'rejected'; readonly rejection: Rejection }
  > {
    this.#assertRoom();
    const { key } = request;
    const unsigned = this.#encode(request);
    if ('code' in unsigned) return { outcome: 'rejected', rejection: unsigned };
    const simulation = await this.#options.simulate(unsigned);
    if (simulation.outcome === 'rejected') return simulation;
    const review = this.#review(unsigned, key, simulation);
    this.#keep(review, key, (secret) => this.#sign(review, unsigned, key, secret));
    return { outcome: 'review', review };
  }

  /** A proof that a key of this machine is held, for a member or validator that is to get it. @throws NODE_BUSY */
  requestPossession({ key, subject }: { readonly key: KeyInfo; readonly subject: KeySubject }): SigningReview {
    this.#assertRoom();
    const { bytes, ...shown } = describePossession(this.#options.chainId(), key, subject);
    const review: SigningReview = { ...this.#bareReview(key), kind: 'possession', action: 'possession', ...shown };
    this.#keep(review, key, async (secret) => {
      this.#record(review, key);
      const signature = signDigest(bytes, secret);
      await this.#options.onPossession?.({ subject, key, secret });
      return { outcome: 'signed', signature };
    });
    return review;
  }

  /** Exporting or forgetting a key of this machine. @throws NODE_BUSY, INPUT_INVALID where the key must stay */
  requestKeyDeed({ key, deed }: { readonly key: KeyInfo; readonly deed: KeyDeed }): SigningReview {
    this.#assertRoom();
    const why = deed === 'forget_key' ? (this.#options.whyKept?.(key) ?? null) : null;
    if (why !== null) throw new QuantumLockError('INPUT_INVALID', `the key "${key.name}" stays here: ${why}`);
    const review: SigningReview = {
      ...this.#bareReview(key),
      kind: deed,
      action: deed,
      ...describeDeed(deed, key),
    };
    const { keyring, dataDirectory } = this.#options;
    this.#keep(review, key, async (secret, { passphrase, exportPassphrase }) => {
      this.#record(review, key);
      if (deed === 'export_key') {
        if (exportPassphrase === undefined)
          throw new QuantumLockError(
            'PASSPHRASE_REQUIRED',
            'an exported key is encrypted under a passphrase of its own',
          );
        return { outcome: 'done', path: await exportKey({ dataDirectory, key, secret, passphrase: exportPassphrase }) };
      }
      await this.#options.onForget?.(key);
      await forgetKey(keyring, key, passphrase);
      return { outcome: 'done', path: null };
    });
    return review;
  }

  #assertRoom(): void {
    const pending = [...this.#waiting.values()].filter(({ isEnded }) => !isEnded).length;
    if (pending >= SIGNING_REVIEWS_MAX)
      throw new QuantumLockError('NODE_BUSY', `${SIGNING_REVIEWS_MAX} reviews wait already`, {
        advice: 'Confirm or refuse one of them first.',
      });
  }

  /** What is the same in every review that puts nothing on the chain. */
  #bareReview(key: KeyInfo) {
    return {
      review_id: this.#options.randomId(),
      signer: { key_id: key.key_id, name: key.name, public_key: key.public_key, store: key.store },
      chain_id: this.#options.chainId(),
      changes: [],
      proposal: null,
      warnings: [] as string[],
      expires_at: this.#options.clock() + SIGNING_REVIEW_TTL_MS,
    };
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
    const { proposal } = simulation;
    return {
      ...this.#bareReview(key),
      kind: 'transaction',
      action: decoded.action,
      sentence: simulation.sentence,
      changes: simulation.changes.map((change) => ({ ...change })),
      proposal: proposal === null ? null : { ...proposal, fingerprint: [...fingerprintWords(proposal.proposal_id)] },
      warnings: [...simulation.warnings],
      canonical: decodeUtf8(unsigned),
      digest,
      fingerprint: [...fingerprintWords(digest)],
    };
  }

  #keep(review: SigningReview, key: KeyInfo, perform: Waiting['perform']): void {
    let settle: Waiting['settle'] = () => undefined;
    const outcome = new Promise<SignatureOutcome>((resolve) => (settle = resolve));
    const timer = setTimeout(() => this.#expire(review.review_id), SIGNING_REVIEW_TTL_MS);
    timer.unref();
    this.#waiting.set(review.review_id, {
      review,
      key,
      perform,
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
  async confirm(reviewId: string, confirmation: Confirmation = {}): Promise<SignatureOutcome> {
    const waiting = this.#find(reviewId);
    if (waiting.isEnded) return waiting.outcome;
    // A second confirmation meanwhile ends as the first does.
    waiting.attempt ??= this.#attempt(waiting, confirmation).finally(() => {
      waiting.attempt = null;
      if (this.#options.clock() >= waiting.review.expires_at) this.#end(waiting, { outcome: 'expired' });
    });
    return waiting.attempt;
  }

  async #attempt(waiting: Waiting, confirmation: Confirmation): Promise<SignatureOutcome> {
    const secret = await this.#secret(waiting.key, confirmation.passphrase);
    try {
      assertSecretOf(secret, waiting.key);
      this.#end(waiting, await waiting.perform(secret, confirmation));
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

  async #sign(
    review: SigningReview,
    unsigned: Uint8Array,
    key: KeyInfo,
    secret: Uint8Array,
  ): Promise<SignatureOutcome> {
    const { simulate, submit } = this.#options;
    // The state may have moved on since the review: what would be refused now is not signed.
    const again = await simulate(unsigned);
    if (again.outcome === 'rejected') return again;
    // Nor what would do something else now than what was shown.
    if (again.proposal?.happens_now !== undefined && again.proposal.happens_now !== review.proposal?.happens_now)
      return { outcome: 'expired' };
    this.#record(review, key);
    const signed = signTransaction(decodeCanonical(unsigned) as unknown as UnsignedTransaction, secret);
    return submit(encodeTransaction(signed));
  }

  /** On the disk before the signature leaves. */
  #record({ review_id, digest, action }: SigningReview, { key_id }: KeyInfo): void {
    const { dataDirectory, clock } = this.#options;
    recordSigning(dataDirectory, { time: clock(), review_id, digest, key_id, action });
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
  unlockSession(passphrase: string): Promise<void> {
    return this.#session.unlock(passphrase);
  }

  lockSession(): void {
    this.#session.lock();
  }

  /** Unix milliseconds; null while every signature asks. */
  get unlockedUntil(): number | null {
    return this.#session.unlockedUntil;
  }
}

function errorOf(error: unknown): { readonly code: string; readonly message: string; readonly advice: string } {
  if (error instanceof QuantumLockError) return error.toValue();
  return { code: 'NODE_FAILED', message: 'signing failed for a reason of the program', advice: 'See the log.' };
}
