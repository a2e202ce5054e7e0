import type { z } from 'zod';

import type { Receipt, rejection } from '../../src/api/views/chain.ts';
import type { SigningReview } from '../../src/api/views/operator.ts';
import type { Client } from '../bridge/client.ts';
import type { Problem } from '../bridge/problem.ts';

export type Rejection = z.infer<typeof rejection>;
export type SigningRequest = Parameters<Client['operator']['requestSignature']>[0];

/** Where a signature stands. */
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
  | { readonly at: 'rejected'; readonly rejection: Rejection; readonly signed: boolean }
  | { readonly at: 'refused' }
  | { readonly at: 'expired' }
  | { readonly at: 'failed'; readonly problem: Problem };
