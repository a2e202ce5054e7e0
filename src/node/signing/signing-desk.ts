import { randomInt } from 'node:crypto';
import { decodeUtf8, encodeHash } from '../../base/bytes.ts';
import { decodeCanonical } from '../../base/canonical.ts';
import type { Clocks } from '../../base/deadline.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import type { SignatureOutcome, SigningReview } from '../../api/views/operator.ts';
import { identityOf } from '../../ledger/chain-identity.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { KeySubject } from '../../ledger/governance/possession.ts';
import { reject, type Rejection } from '../../ledger/rejections.ts';
import { signDigest } from '../../ledger/crypto/signature.ts';
import {
  encodeTransaction,
  encodeUnsigned,
  signTransaction,
  transactionDigest,
  type UnsignedTransaction,
} from '../../ledger/transactions/transaction.ts';
import type { SimulationResult } from '../../ledger/effects/simulate.ts';
import type { VaultSession } from '../keys/file-key-store.ts';
import { assertSecretOf, type KeyInfo } from '../keys/key-store.ts';
import { assertPassphrase } from '../keys/vault.ts';
import { ONLY_ASKER, type Asker } from './asking-limit.ts';
import type { SigningDeskOptions, SigningRequest } from './desk-options.ts';
import { describeDeed, exportKey, type KeyDeed } from './key-deeds.ts';
import { describePossession } from './possession-review.ts';
import { failureOf } from './question-book.ts';
import { openReviewBook, type Confirmation, type KeptReview, type Perform, type ReviewBook } from './review-book.ts';
import { isSameEffect } from '../../ledger/effects/same-effect.ts';
import { appendToSigningLog } from '../data-directory/signing-log.ts';
import { signingTime, signingTimeWarnings } from './signing-time.ts';
import { SigningSession, type UnlockedKey } from './signing-session.ts';

type AppliedSimulation = Extract<SimulationResult, { outcome: 'applied' }>;

/** A review, and how it ended; null while it waits. */
export interface KnownReview {
  readonly review: SigningReview;
  readonly outcome: SignatureOutcome | null;
}

/**
 * The one guarded way to a signature: decode, simulate, show, confirm, record, sign, submit. What is shown is decoded
 * from the bytes that are kept and signed; what does not decode, or would be refused, cannot be signed; what would do
 * something else by now than what was shown is not signed. `confirm` is called by the surfaces that a page cannot script,
 * and by nothing else.
 */
export class SigningDesk {
  readonly #options: SigningDeskOptions;
  readonly #book: ReviewBook;
  readonly #session: SigningSession;

  constructor(options: SigningDeskOptions) {
    this.#options = options;
    const clocks: Clocks = { wall: options.clock, monotonic: options.monotonic ?? (() => performance.now()) };
    const onChange = (): void => options.onChange?.();
    this.#book = openReviewBook(clocks, onChange);
    this.#session = new SigningSession(clocks, onChange);
  }

  /** Makes the bytes, and what a person needs to see to sign them. @throws REVIEWS_LIMITED, VALUE_NOT_ALLOWED, LIMIT_EXCEEDED */
  async request(
    request: SigningRequest,
  ): Promise<
    | { readonly outcome: 'review'; readonly review: SigningReview }
    | { readonly outcome: 'rejected'; readonly rejection: Rejection }
  > {
    const { key, asker = ONLY_ASKER } = request;
    this.#book.assertMayAsk(asker);
    const { clock, blockTime } = this.#options;
    const now = clock();
    const timestamp = signingTime(now, await blockTime?.());
    const warnings = signingTimeWarnings(now, timestamp);
    const unsigned = this.#encode(request, timestamp);
    if ('code' in unsigned) return { outcome: 'rejected', rejection: unsigned };
    const shown = await this.#options.simulate(unsigned);
    if (shown.outcome === 'rejected') return shown;
    const review = this.#review(unsigned, key, { ...shown, warnings: [...warnings, ...shown.warnings] });
    const kept = this.#keep(review, {
      key,
      asker,
      perform: ({ secret }) => this.#sign(kept, { unsigned, shown, secret }),
    });
    return { outcome: 'review', review: kept.review };
  }

  /** A proof that a key of this machine is held, for a member or validator that is to get it. @throws REVIEWS_LIMITED */
  requestPossession({
    key,
    subject,
    asker = ONLY_ASKER,
  }: {
    readonly key: KeyInfo;
    readonly subject: KeySubject;
    readonly asker?: Asker;
  }): SigningReview {
    const { bytes, ...shown } = describePossession(this.#options.chain(), key, subject);
    const bare = { ...this.#bareReview(key), kind: 'possession' as const, action: 'possession', ...shown };
    const perform: Perform = async ({ secret }) => {
      this.#record(review, key);
      const signature = signDigest(bytes, secret);
      await this.#options.onPossession?.({ subject, key, secret });
      return { outcome: 'signed', signature };
    };
    const { review } = this.#keep(bare, { key, asker, perform });
    return review;
  }

  /** Exporting or forgetting a key of this machine. @throws REVIEWS_LIMITED, INPUT_INVALID where the key must stay */
  requestKeyDeed({
    key,
    deed,
    asker = ONLY_ASKER,
  }: {
    readonly key: KeyInfo;
    readonly deed: KeyDeed;
    readonly asker?: Asker;
  }): SigningReview {
    this.#assertMay(deed, key);
    const bare = { ...this.#bareReview(key), kind: deed, action: deed, ...describeDeed(deed, key) };
    const { keyring, dataDirectory } = this.#options;
    const perform: Perform = async ({ secret, vault, confirmation: { exportPassphrase } }) => {
      // It may be needed by now.
      this.#assertMay(deed, key);
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
      if (this.#session.unlocked?.key_id === key.key_id) this.#session.end();
      if (vault === null) await keyring.remove(key.key_id);
      else vault.remove(key.key_id);
      return { outcome: 'done', path: null };
    };
    const { review } = this.#keep(bare, { key, asker, perform });
    return review;
  }

  /** @throws REVIEWS_LIMITED */
  #keep(
    review: Omit<SigningReview, 'expires_at'>,
    { key, asker, perform }: Pick<KeptReview, 'key' | 'asker' | 'perform'>,
  ): KeptReview {
    return this.#book.keep(review.review_id, asker, (expires_at) => ({
      review: { ...review, expires_at },
      key,
      perform,
      attempt: null,
    }));
  }

  #assertMay(deed: KeyDeed, key: KeyInfo): void {
    const why = deed === 'forget_key' ? (this.#options.whyKept?.(key) ?? null) : null;
    if (why !== null) throw new QuantumLockError('INPUT_INVALID', `the key "${key.name}" stays here: ${why}`);
  }

  /** What is the same in every review that puts nothing on the chain. */
  #bareReview(key: KeyInfo) {
    return {
      review_id: this.#options.randomId(),
      signer: { key_id: key.key_id, name: key.name, public_key: key.public_key, store: key.store },
      ...identityOf(this.#options.chain()),
      changes: [],
      proposal: null,
      warnings: [] as string[],
    };
  }

  #encode({ action, payload, key }: SigningRequest, timestamp: number): Uint8Array | Rejection {
    const definition = findAction(action);
    if (definition === undefined) return reject('ACTION_UNKNOWN', action.slice(0, 64));
    const refusal = definition.checkPayload(payload);
    if (refusal !== null) return refusal;
    const { chain_id, era } = this.#options.chain();
    return encodeUnsigned({
      action,
      chain_id,
      era,
      nonce: randomInt(2 ** 47),
      payload,
      ...definition.zones(payload),
      signer: key.public_key,
      timestamp,
    });
  }

  #review(unsigned: Uint8Array, key: KeyInfo, shown: AppliedSimulation): Omit<SigningReview, 'expires_at'> {
    const decoded = decodeCanonical(unsigned) as unknown as UnsignedTransaction;
    const digest = encodeHash(transactionDigest(decoded, this.#options.chain(), unsigned));
    const { proposal } = shown;
    return {
      ...this.#bareReview(key),
      kind: 'transaction',
      action: decoded.action,
      sentence: shown.sentence,
      changes: shown.changes.map((change) => ({ ...change })),
      proposal: proposal === null ? null : { ...proposal, fingerprint: [...fingerprintWords(proposal.proposal_id)] },
      warnings: [...shown.warnings],
      canonical: decodeUtf8(unsigned),
      digest,
      fingerprint: [...fingerprintWords(digest)],
    };
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

  /** Whoever asked takes it back. False where it has ended, or is being signed. @throws SIGNING_EXPIRED */
  withdraw(reviewId: string): boolean {
    return this.#book.withdraw(reviewId);
  }

  /** Whether a passphrase or code was given a while ago for this review's key and chain. Deeds with a key ask each time. */
  isUnlocked(reviewId: string): boolean {
    const { review, key } = this.#book.find(reviewId);
    return review.kind === 'transaction' && this.#session.covers(key, review.genesis);
  }

  /** Whether the key file's passphrase is needed to confirm this review. */
  needsPassphrase(reviewId: string): boolean {
    const { key } = this.#book.find(reviewId);
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
    const { secret, vault } = await this.#open(kept, confirmation.passphrase);
    let unlocks = false;
    try {
      assertSecretOf(secret, kept.key);
      const outcome = await kept.perform({ secret, vault, confirmation });
      unlocks = confirmation.keepUnlocked === true && kept.review.kind === 'transaction';
      if (unlocks) this.#session.begin({ key: kept.key, chain: kept.review.genesis, vault });
      this.#book.end(kept, outcome);
    } catch (error) {
      this.#book.end(kept, { outcome: 'failed', error: failureOf(error, 'signing') });
      if (!(error instanceof QuantumLockError)) throw error;
    } finally {
      secret.fill(0);
      if (!unlocks) vault?.close();
    }
    return kept.outcome;
  }

  /** The key's 32 bytes, and the key file where its passphrase opened it. */
  async #open(
    { review, key }: KeptReview,
    passphrase: string | undefined,
  ): Promise<{ readonly secret: Uint8Array; readonly vault: VaultSession | null }> {
    const { keyring } = this.#options;
    const held = review.kind === 'transaction' ? this.#session.secretOf(key, review.genesis) : null;
    if (held instanceof Uint8Array) return { secret: held, vault: null };
    if (key.store === 'keychain' || this.#hasFileOpen) return { secret: await keyring.secret(key.key_id), vault: null };
    if (passphrase === undefined) throw new QuantumLockError('SIGNING_LOCKED', `the key "${key.name}" is encrypted`);
    const vault = await keyring.file.openSession(passphrase, key.key_id);
    try {
      return { secret: vault.secret(key.key_id), vault };
    } catch (error) {
      vault.close();
      throw error;
    }
  }

  async #sign(
    { review, key, deadline }: KeptReview,
    {
      unsigned,
      shown,
      secret,
    }: { readonly unsigned: Uint8Array; readonly shown: AppliedSimulation; readonly secret: Uint8Array },
  ): Promise<SignatureOutcome> {
    const { simulate, submit } = this.#options;
    // The state may have moved on since the review: what would be refused now is not signed,
    const again = await simulate(unsigned);
    if (again.outcome === 'rejected') return again;
    // nor what would do anything else than what was shown.
    if (!isSameEffect(shown, again)) return { outcome: 'changed' };
    // Opening the key and executing took their time.
    if (deadline.isOver) return { outcome: 'expired' };
    this.#record(review, key);
    const signed = signTransaction(decodeCanonical(unsigned) as unknown as UnsignedTransaction, review, secret);
    return submit(encodeTransaction(signed));
  }

  /** On the disk before the signature leaves. */
  #record({ review_id, digest, action }: SigningReview, { key_id }: KeyInfo): void {
    const { dataDirectory, clock } = this.#options;
    appendToSigningLog(dataDirectory, { time: clock(), review_id, digest, key_id, action });
  }

  /**
   * For a while signing asks no passphrase, for one key of the encrypted file; it need not be named where it is the only one.
   * @throws PASSPHRASE_WRONG, KEY_NOT_FOUND
   */
  async unlockSession(passphrase: string, key?: KeyInfo): Promise<void> {
    const { keyring, chain } = this.#options;
    const [only, ...others] = key === undefined ? await keyring.file.list() : [key];
    if (only === undefined || others.length > 0)
      throw new QuantumLockError('KEY_NOT_FOUND', 'which key is to be unlocked is not said');
    const vault = await keyring.file.openSession(passphrase, only.key_id);
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
