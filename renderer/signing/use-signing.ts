import { useEffect, useEffectEvent, useRef, useState } from 'react';

import type { SignatureOutcome, SigningReview } from '../../src/api/operator/signing.ts';
import { describeProblem, type Problem } from '../bridge/problem.ts';
import { useServices } from '../services.ts';
import type { NodeState } from '../stores/node-state.ts';
import { openConfirmWindow } from './confirm-window.ts';
import {
  forgetReview,
  forgetUnconfirmed,
  rememberReview,
  rememberUnconfirmed,
  unconfirmedOfBefore,
} from './own-reviews.ts';
import type { Rejection, SigningDone, SigningRequest, SigningStep } from './signing-step.ts';

export interface Signing {
  readonly step: SigningStep;
  /** Must be called from the click itself: only then may the page open the confirming window. */
  readonly sign: () => void;
  /** Opens the confirming window again, at an address of its own; the one before ends. Called from the click. */
  readonly reopen: () => void;
  /** Takes back what waits to be confirmed. */
  readonly withdraw: () => void;
  /** Asks for a review again, after it expired, was refused or failed. */
  readonly restart: () => void;
}

/** Takes a request through review, confirmation and outcome. The page never sees a key, and cannot confirm by itself. */
export function useSigning(request: SigningRequest, onDone?: (outcome: SigningDone) => void): Signing {
  const { client, node } = useServices();
  const [step, setStep] = useState<SigningStep>({ at: 'preparing' });
  const [attempt, setAttempt] = useState(0);
  const alive = useRef(true);
  /** The review that is shown and not confirmed yet. */
  const unconfirmed = useRef<string | null>(null);
  const withdrawById = (reviewId: string): void => {
    forgetUnconfirmed(reviewId);
    client.operator.withdrawSignature({ review_id: reviewId }).catch(() => undefined);
  };
  const takeBack = useEffectEvent(withdrawById);
  const ask = useEffectEvent(() => {
    // What this tab asked for and left when it was loaded again.
    for (const reviewId of unconfirmedOfBefore()) withdrawById(reviewId);
    return client.operator.requestReview(inName(request, actingKeyIn(node.getState())));
  });
  const wanted = JSON.stringify(request);

  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);

  useEffect(() => {
    let isOver = false;
    setStep({ at: 'preparing' });
    ask().then(
      (answer) => {
        // What nobody looks at any more does not wait to be confirmed.
        if (isOver) return answer.outcome === 'review' ? takeBack(answer.review.review_id) : undefined;
        if (answer.outcome === 'rejected')
          return setStep({ at: 'rejected', rejection: answer.rejection, signed: false });
        unconfirmed.current = answer.review.review_id;
        rememberUnconfirmed(answer.review.review_id);
        return setStep({ at: 'review', review: answer.review, confirmUrl: answer.confirm_url });
      },
      (error: unknown) => {
        if (!isOver) setStep({ at: 'failed', problem: describeProblem(error) });
      },
    );
    return () => {
      isOver = true;
      if (unconfirmed.current !== null) takeBack(unconfirmed.current);
      unconfirmed.current = null;
    };
  }, [attempt, wanted]);

  const sign = (): void => {
    if (step.at !== 'review') return;
    const { review, confirmUrl } = step;
    unconfirmed.current = null;
    forgetUnconfirmed(review.review_id);
    const blocked = confirmUrl !== null && !openConfirmWindow(confirmUrl);
    setStep({ at: 'confirming', review, confirmUrl, blocked });
    rememberReview(review.review_id);
    client.operator.awaitSignature({ review_id: review.review_id }).then(
      (outcome) => {
        forgetReview(review.review_id);
        if (!alive.current) return;
        setStep(stepAfter(outcome, review));
        if (isDone(outcome)) onDone?.(outcome);
      },
      (error: unknown) => {
        if (alive.current) setStep({ at: 'failed', problem: describeProblem(error) });
      },
    );
  };
  const reopen = (): void => {
    if (step.at !== 'confirming') return;
    const { review } = step;
    client.operator.confirmAddress({ review_id: review.review_id }).then(
      ({ confirm_url: confirmUrl }) => {
        if (confirmUrl === null || !alive.current) return;
        const blocked = !openConfirmWindow(confirmUrl);
        setStep((now) => (now.at === 'confirming' ? { ...now, confirmUrl, blocked } : now));
      },
      (error: unknown) => {
        if (alive.current) setStep({ at: 'failed', problem: describeProblem(error) });
      },
    );
  };
  const withdraw = (): void => {
    if (step.at === 'confirming') withdrawById(step.review.review_id);
  };
  return { step, sign, reopen, withdraw, restart: () => setAttempt((count) => count + 1) };
}

/** As who the page shows as acting: in nobody else's name is anything asked. What is done with a key names it. */
function inName(request: SigningRequest, acting_key_id: string | undefined): SigningRequest {
  return request.kind === 'transaction' || request.kind === 'proposal' ? { ...request, acting_key_id } : request;
}

function actingKeyIn({ keys }: NodeState): string | undefined {
  return keys?.identities.find(({ acting }) => acting)?.key_id;
}

function isDone(outcome: SignatureOutcome): outcome is SigningDone {
  return outcome.outcome === 'committed' || outcome.outcome === 'signed' || outcome.outcome === 'done';
}

function stepAfter(outcome: SignatureOutcome, review: SigningReview): SigningStep {
  switch (outcome.outcome) {
    case 'committed':
      return { at: 'committed', review, receipt: outcome.receipt };
    case 'signed':
      return { at: 'signed', review };
    case 'done':
      return { at: 'done', title: outcome.title, text: outcome.text, path: outcome.path };
    case 'rejected':
      return { at: 'rejected', rejection: outcome.rejection satisfies Rejection, signed: true };
    case 'refused':
      return { at: 'refused' };
    case 'expired':
    case 'withdrawn':
    case 'changed':
      return { at: outcome.outcome };
    case 'failed':
      return { at: 'failed', problem: outcome.error satisfies Problem };
  }
}
