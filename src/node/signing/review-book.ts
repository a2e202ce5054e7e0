import type { SignatureOutcome, SigningReview } from '../../api/views/operator.ts';
import type { Clocks } from '../../base/deadline.ts';
import { SIGNING_REVIEWS_MAX } from '../../base/limits.ts';
import type { VaultSession } from '../keys/file-key-store.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import { QuestionBook, type Question } from './question-book.ts';

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

interface ReviewContent {
  readonly review: SigningReview;
  readonly key: KeyInfo;
  /** Does exactly what was reviewed. */
  readonly perform: Perform;
  /** A confirmation that is under way. */
  attempt: Promise<SignatureOutcome> | null;
}
export type KeptReview = ReviewContent & Question<SignatureOutcome>;
export type ReviewBook = QuestionBook<ReviewContent, SignatureOutcome>;

/** The reviews that wait for a confirmation, and for a while those that ended. */
export function openReviewBook(clocks: Clocks, onChange: () => void): ReviewBook {
  return new QuestionBook({
    clocks,
    waitingMax: SIGNING_REVIEWS_MAX,
    noun: 'review',
    isUnderWay: ({ attempt }) => attempt !== null,
    onChange,
  });
}
