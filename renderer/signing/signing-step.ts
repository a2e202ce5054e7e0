import type { z } from 'zod';

import type { rejection } from '../../src/api/views/chain.ts';
import type { Receipt } from '../../src/ledger/transactions/receipt.ts';
import type { SignatureOutcome, SigningReview } from '../../src/api/views/operator.ts';
import type { Client } from '../bridge/client.ts';
import type { Problem } from '../bridge/problem.ts';

export type Rejection = z.infer<typeof rejection>;
export type Payload = Parameters<Client['operator']['requestSignature']>[0]['payload'];

/** What a signature is asked for: a transaction where nothing else is said. */
export type SigningRequest =
  | { readonly kind?: 'transaction'; readonly action: string; readonly payload: Payload }
  | {
      readonly kind: 'proposal';
      readonly action: string;
      readonly payload: Payload;
      /** From now; the chain's own lifetime of proposals where it is not given. */
      readonly expiresInMs?: number;
    }
  | { readonly kind: 'possession'; readonly keyId: string; readonly subject: string }
  | { readonly kind: 'key_deed'; readonly keyId: string; readonly deed: 'export_key' | 'forget_key' };

/** What came of a signature that was given. */
export type SigningDone = Extract<SignatureOutcome, { outcome: 'committed' | 'signed' | 'done' }>;

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
  /** A proof was signed: nothing is on the chain. */
  | { readonly at: 'signed'; readonly review: SigningReview }
  /** A key was exported to this path, or (null) forgotten. */
  | { readonly at: 'done'; readonly review: SigningReview; readonly path: string | null }
  | { readonly at: 'rejected'; readonly rejection: Rejection; readonly signed: boolean }
  | { readonly at: 'refused' }
  | { readonly at: 'expired' }
  | { readonly at: 'withdrawn' }
  /** It would have done something else than what was shown. */
  | { readonly at: 'changed' }
  | { readonly at: 'failed'; readonly problem: Problem };
