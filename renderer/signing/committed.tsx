import type { ReactElement, ReactNode } from 'react';

import type { Receipt } from '../../src/ledger/transactions/receipt.ts';
import type { SigningReview } from '../../src/api/operator/signing.ts';
import { formatCount } from '../parts/format.ts';
import { Hash } from '../parts/hash.tsx';
import { Link } from '../parts/link.tsx';

export function Committed({
  review,
  receipt,
  next,
}: {
  readonly review: SigningReview;
  readonly receipt: Receipt;
  readonly next: ReactNode;
}): ReactElement {
  const { proposal } = review;
  return (
    <>
      <div className="notice good" role="status">
        <b>Signed, and on disk in block {formatCount(receipt.block_index)}.</b> {review.sentence}
        {proposal === null ? null : proposal.happens_now ? (
          <> With it the approvals were complete: {proposal.sentence}</>
        ) : null}
      </div>
      <p className="soft">
        Transaction <Hash value={receipt.id} what="transaction id" />, number {formatCount(receipt.log_index)} in the
        log.
      </p>
      <div className="row">
        {next}
        {proposal === null ? null : (
          <Link className="button primary" to={['approvals', proposal.proposal_id]}>
            Open the proposal
          </Link>
        )}
        <Link className="button" to={['explorer', 'block', String(receipt.block_index)]}>
          Block {formatCount(receipt.block_index)}
        </Link>
        <Link className="button" to={['explorer', 'transaction', receipt.id]}>
          Transaction
        </Link>
        <Link className="button" to={['explorer', 'proof', 'transaction', receipt.id]}>
          Proof
        </Link>
      </div>
    </>
  );
}
