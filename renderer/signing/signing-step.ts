import type { z } from 'zod';

import type { rejection } from '../../src/api/chain/submission.ts';
import type { Receipt } from '../../src/ledger/transactions/receipt.ts';
import type { ReviewRequest, SignatureOutcome, SigningReview } from '../../src/api/operator/signing.ts';
import type { Problem } from '../bridge/problem.ts';

export type Rejection = z.infer<typeof rejection>;
/** What a signature or a confirmation is asked for. */
export type SigningRequest = ReviewRequest;
export type Payload = Extract<ReviewRequest, { kind: 'transaction' }>['payload'];

/** The result of a signature that was given. */
export type SigningDone = Extract<SignatureOutcome, { outcome: 'committed' | 'signed' | 'done' }>;

/** The step of a signature. */
export type SigningStep =
  | { readonly at: 'preparing' }
  | { readonly at: 'review'; readonly review: SigningReview; readonly confirmUrl: string | null }
  | {
      readonly at: 'confirming';
      readonly review: SigningReview;
      readonly confirmUrl: string | null;
      /** The browser did not open the confirming window. */
      readonly blocked: boolean;
    }
  | { readonly at: 'committed'; readonly review: SigningReview; readonly receipt: Receipt }
  /** Signed for the program that asked, not for the chain. */
  | { readonly at: 'signed'; readonly review: SigningReview }
  /** Done on this machine: a heading and a sentence of what. */
  | { readonly at: 'done'; readonly title: string; readonly text: string; readonly path: string | null }
  | { readonly at: 'rejected'; readonly rejection: Rejection; readonly signed: boolean }
  | { readonly at: 'refused' }
  | { readonly at: 'expired' }
  | { readonly at: 'withdrawn' }
  /** It would have done something other than what was shown. */
  | { readonly at: 'changed' }
  | { readonly at: 'failed'; readonly problem: Problem };
