import type { SignatureOutcome, SigningReview } from '../../api/operator/signing.ts';
import type { Clocks } from '../../base/deadline.ts';
import { SIGNING_REVIEWS_MAX } from '../../base/limits.ts';
import { QuestionBook, type Question } from './question-book.ts';
import type { SigningSubject } from './subjects/subject.ts';

interface ReviewContent {
  readonly review: SigningReview;
  readonly subject: SigningSubject;
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
