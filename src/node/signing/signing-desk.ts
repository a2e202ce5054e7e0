import type { SignatureOutcome, SigningReview } from '../../api/operator/signing.ts';
import type { Clocks } from '../../base/deadline.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { identityOf } from '../../ledger/chain-identity.ts';
import type { VaultSession } from '../keys/file-key-store.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import { assertPassphrase } from '../keys/vault.ts';
import { openSigner, type Signer } from '../keys/signer.ts';
import { appendToSigningLog } from '../data-directory/signing-log.ts';
import { ONLY_ASKER, type Asker } from './asking-limit.ts';
import type { SigningDeskOptions } from './desk-options.ts';
import { failureOf } from './question-book.ts';
import type { RepeatedRefusals } from '../monitoring/facts.ts';
import { RefusedOpenings } from './refused-openings.ts';
import { openReviewBook, type KeptReview, type ReviewBook } from './review-book.ts';
import { SigningSession, type UnlockedKey } from './signing-session.ts';
import type { Confirmation, Refusal, SigningSubject } from './subjects/subject.ts';

/** A review, and how it ended; null while it waits. */
export interface KnownReview {
  readonly review: SigningReview;
  readonly outcome: SignatureOutcome | null;
}

/** The result of asking: a review that waits, or why it cannot be signed. */
export type AskedReview =
  | { readonly outcome: 'review'; readonly review: SigningReview }
  | { readonly outcome: 'rejected'; readonly rejection: Refusal };

/**
 * The one guarded way to a signature: prepare, show, confirm, record, sign. It keeps the reviews and opens the keys; what is
 * shown, and what is done once it is confirmed, is the subject's. `confirm` is called by the surfaces that a page cannot
 * script, and by nothing else.
 */
export class SigningDesk {
  readonly #options: SigningDeskOptions;
  readonly #book: ReviewBook;
  readonly #session: SigningSession;
  readonly #refused: RefusedOpenings;

  constructor(options: SigningDeskOptions) {
    this.#options = options;
    const clocks: Clocks = { wall: options.clock, monotonic: options.monotonic ?? (() => performance.now()) };
    const onChange = (): void => options.onChange?.();
    this.#book = openReviewBook(clocks, onChange);
    this.#session = new SigningSession(clocks, onChange);
    const { policy = () => 'suspend', onEvent = () => undefined } = options.security ?? {};
    this.#refused = new RefusedOpenings({ clocks, policy, onEvent });
  }

  /**
   * Keeps what a person is to decide about. Nothing is prepared where this asker may ask nothing now.
   * @throws REVIEWS_LIMITED, and what preparing throws
   */
  async ask(
    prepare: () => SigningSubject | Refusal | Promise<SigningSubject | Refusal>,
    asker: Asker = ONLY_ASKER,
  ): Promise<AskedReview> {
    this.#book.assertMayAsk(asker);
    const subject = await prepare();
    if ('code' in subject) return { outcome: 'rejected', rejection: subject };
    const { key_id, name, public_key, store } = subject.key;
    const review_id = this.#options.randomId();
    const { review } = this.#book.keep(review_id, asker, (expires_at) => ({
      review: {
        ...subject.shown,
        review_id,
        signer: { key_id, name, public_key, store },
        ...identityOf(this.#options.chain()),
        expires_at,
      },
      subject,
      attempt: null,
    }));
    return { outcome: 'review', review };
  }

  /** @throws SIGNING_EXPIRED */
  review(reviewId: string): SigningReview {
    return this.#book.find(reviewId).review;
  }

  isWaiting(reviewId: string): boolean {
    return this.#book.isWaiting(reviewId);
  }

  /** Resolves when the review ends, in whatever way. @throws SIGNING_EXPIRED */
  outcome(reviewId: string): Promise<SignatureOutcome> {
    return this.#book.find(reviewId).outcome;
  }

  /** The reviews that wait, and those that ended a while ago, oldest first. */
  reviews(): readonly KnownReview[] {
    return this.#book.list().map(({ review, ended }) => ({ review, outcome: ended?.outcome ?? null }));
  }

  /** The person says no. */
  refuse(reviewId: string): void {
    this.#book.refuse(reviewId);
  }

  /** The client that asked cancels it. False where it has ended, or is being signed. @throws SIGNING_EXPIRED */
  withdraw(reviewId: string): boolean {
    return this.#book.withdraw(reviewId);
  }

  /** Whether a passphrase or code was given a while ago for this review's key and chain. What is not for the chain asks each time. */
  isUnlocked(reviewId: string): boolean {
    const { review, subject } = this.#book.find(reviewId);
    return review.on_chain && this.#session.covers(subject.key, review.genesis);
  }

  /** Whether the key file's passphrase is needed to confirm this review. */
  needsPassphrase(reviewId: string): boolean {
    const { key } = this.#book.find(reviewId).subject;
    return key.store === 'file' && !this.#hasFileOpen && !this.isUnlocked(reviewId);
  }

  get #hasFileOpen(): boolean {
    return this.#options.takesOpenKeyFile === true && this.#options.keyring.file.unlocked;
  }

  /**
   * Signs the reviewed bytes and submits them. Confirming twice signs once.
   * @throws SIGNING_EXPIRED, SIGNING_LOCKED, PASSPHRASE_WRONG, PASSPHRASE_WEAK: then the review stays open
   */
  async confirm(reviewId: string, confirmation: Confirmation = {}): Promise<SignatureOutcome> {
    const kept = this.#book.find(reviewId);
    if (kept.ended !== null) return kept.ended.outcome;
    // Before anything is done: a person may choose another one.
    if (confirmation.exportPassphrase !== undefined) assertPassphrase(confirmation.exportPassphrase);
    // A second confirmation meanwhile ends as the first does.
    kept.attempt ??= this.#attempt(kept, confirmation).finally(() => {
      kept.attempt = null;
      if (kept.deadline.isOver) this.#book.end(kept, { outcome: 'expired' });
    });
    return kept.attempt;
  }

  async #attempt(kept: KeptReview, confirmation: Confirmation): Promise<SignatureOutcome> {
    const { subject, review, deadline } = kept;
    const { signer, vault } = await this.#open(kept, confirmation);
    let unlocks = false;
    try {
      if (signer.publicKey !== subject.key.public_key)
        throw new QuantumLockError('KEY_INVALID', `the key "${subject.key.name}" is not the one that was shown`);
      const outcome = await subject.perform({
        signer,
        vault,
        confirmation,
        isOver: () => deadline.isOver,
        record: () => this.#record(review),
      });
      unlocks = confirmation.keepUnlocked === true && review.on_chain;
      if (unlocks) this.#session.begin({ key: subject.key, chain: review.genesis, vault });
      this.#book.end(kept, outcome);
    } catch (error) {
      this.#book.end(kept, { outcome: 'failed', error: failureOf(error, 'signing') });
      if (!(error instanceof QuantumLockError)) throw error;
    } finally {
      signer.close();
      if (!unlocks) vault?.close();
    }
    return kept.outcome;
  }

  /** The key, and the key file where its passphrase opened it. */
  async #open(
    { review, subject: { key } }: KeptReview,
    { passphrase, signer }: Confirmation,
  ): Promise<{ readonly signer: Signer; readonly vault: VaultSession | null }> {
    const { keyring } = this.#options;
    this.#refused.assertNotSuspended(key);
    if (signer !== undefined) return { signer, vault: null };
    const held = review.on_chain ? this.#session.secretOf(key, review.genesis) : null;
    if (held instanceof Uint8Array) return { signer: openSigner(key, held), vault: null };
    if (key.store === 'keychain' || this.#hasFileOpen) return { signer: await keyring.signer(key.key_id), vault: null };
    if (passphrase === undefined) throw new QuantumLockError('SIGNING_LOCKED', `the key "${key.name}" is encrypted`);
    const vault = await this.#openFile(passphrase, key);
    try {
      return { signer: openSigner(key, vault.secret(key.key_id)), vault };
    } catch (error) {
      vault.close();
      throw error;
    }
  }

  /** Counts what does not open it: too many in a row end what is unlocked, and suspend the key. @throws PASSPHRASE_WRONG, SIGNING_LOCKED */
  async #openFile(passphrase: string, key: KeyInfo): Promise<VaultSession> {
    this.#refused.assertNotSuspended(key);
    try {
      const vault = await this.#options.keyring.file.openSession(passphrase, key.key_id);
      this.#refused.noteOpened(key);
      return vault;
    } catch (error) {
      if (error instanceof QuantumLockError && error.code === 'PASSPHRASE_WRONG') {
        this.#refused.noteRefused(key);
        if (this.#session.unlocked?.key_id === key.key_id && this.#refused.isSuspended(key)) this.#session.end();
      }
      throw error;
    }
  }

  /** Keys that were tried again and again in vain, since this desk began. */
  get repeatedRefusals(): readonly RepeatedRefusals[] {
    return this.#refused.events();
  }

  /** On the disk before the signature leaves. */
  #record({ review_id, digest, action, signer: { key_id } }: SigningReview): void {
    const { dataDirectory, clock, isWithoutRecord = false } = this.#options;
    if (!isWithoutRecord) appendToSigningLog(dataDirectory, { time: clock(), review_id, digest, key_id, action });
  }

  /**
   * For a while signing asks no passphrase, for one key of the encrypted file; it need not be named where it is the only one.
   * @throws PASSPHRASE_WRONG, KEY_NOT_FOUND
   */
  async unlockSession(passphrase: string, key?: KeyInfo): Promise<void> {
    const { keyring, chain } = this.#options;
    const [only, ...others] = key === undefined ? await keyring.file.list() : [key];
    if (only === undefined || others.length > 0)
      throw new QuantumLockError('KEY_NOT_FOUND', 'no key to unlock is named');
    const vault = await this.#openFile(passphrase, only);
    this.#session.begin({ key: only, chain: chain().genesis, vault });
  }

  lockSession(): void {
    this.#session.end();
  }

  /** Which key signs without a passphrase or code for a while; null where each signature asks. */
  get unlocked(): UnlockedKey | null {
    return this.#session.unlocked;
  }

  /** Ends every review and the session: nothing is signed here any more. */
  close(): void {
    this.#session.end();
    this.#book.close();
  }
}
