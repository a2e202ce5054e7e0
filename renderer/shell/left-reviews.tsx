import { useState, type ReactElement } from 'react';

import type { DeskState, SignatureOutcome } from '../../src/api/operator/signing.ts';
import { formatCount, formatDuration } from '../parts/format.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { openConfirmation } from '../signing/confirm-window.ts';
import { forgetReview, reviewsOfBefore } from '../signing/own-reviews.ts';
import { useNow } from '../stores/clock.ts';
import { useAct } from '../stores/use-act.ts';
import { useNode } from '../stores/use-stores.ts';

/** After the page was loaded again: the signatures that it was waiting for, or how they ended meanwhile. */
export function LeftReviews(): ReactElement | null {
  const reviews = useNode((state) => state.reviews);
  const [left, setLeft] = useState(reviewsOfBefore);
  if (reviews === null || left.length === 0) return null;
  const putAway = (reviewId: string): void => {
    forgetReview(reviewId);
    setLeft(left.filter((each) => each !== reviewId));
  };
  return (
    <>
      {left.map((reviewId) => (
        <LeftReview
          key={reviewId}
          review={reviews.find(({ review_id }) => review_id === reviewId) ?? null}
          onPutAway={() => putAway(reviewId)}
        />
      ))}
    </>
  );
}

type Review = DeskState['reviews'][number];

function LeftReview({
  review,
  onPutAway,
}: {
  readonly review: Review | null;
  readonly onPutAway: () => void;
}): ReactElement {
  if (review !== null && review.outcome === null) return <Waiting review={review} />;
  return (
    <section className="notice row" role="status" aria-label="A signature from before">
      <p className="grow">
        {review === null ? null : (
          <>
            <b>{review.sentence}</b>{' '}
          </>
        )}
        {endWords(review?.outcome ?? null)}
      </p>
      <button type="button" className="button" onClick={onPutAway}>
        Dismiss
      </button>
    </section>
  );
}

function Waiting({
  review: { review_id, sentence, signer_name, expires_at },
}: {
  readonly review: Review;
}): ReactElement {
  const { client } = useServices();
  const now = useNow();
  const open = useAct(() => openConfirmation(client, review_id));
  const withdraw = useAct(async () => void (await client.operator.withdrawSignature({ review_id })));
  return (
    <section className="notice warn row" role="status" aria-label="A signature waits">
      <p className="grow">
        <b>A signature waits to be confirmed, as {signer_name}:</b> {sentence}{' '}
        {expires_at > now ? `It ends in ${formatDuration(expires_at - now)}.` : 'It has ended.'}
      </p>
      <button type="button" className="button" disabled={open.busy} onClick={open.run}>
        Open the window again
      </button>
      <button type="button" className="button" disabled={withdraw.busy} onClick={withdraw.run}>
        Cancel the request
      </button>
      {open.problem === undefined ? null : <ProblemNotice problem={open.problem} />}
    </section>
  );
}

function endWords(outcome: SignatureOutcome | null): string {
  if (outcome === null)
    return 'A signature that this page waited for before it was reloaded has ended. The audit log shows what was signed.';
  switch (outcome.outcome) {
    case 'committed':
      return `Signed, and on disk in block ${formatCount(outcome.receipt.block_index)}.`;
    case 'signed':
    case 'done':
      return 'Confirmed and done.';
    case 'rejected':
      return 'The chain did not accept it. Nothing has changed.';
    case 'refused':
      return 'Refused. Nothing was signed.';
    case 'expired':
      return 'It was not confirmed in time. Nothing was signed.';
    case 'withdrawn':
      return 'It was cancelled. Nothing was signed.';
    case 'changed':
      return 'At that time it would have done something other than what was shown. Nothing was signed.';
    case 'failed':
      return 'It failed. Nothing more was signed.';
  }
}
