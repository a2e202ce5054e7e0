import { useEffect, useEffectEvent, useRef, useState } from 'react';

import type { SignatureOutcome, SigningReview } from '../../src/api/views/operator.ts';
import type { Rejection } from './signing-step.ts';
import { describeProblem, type Problem } from '../bridge/problem.ts';
import { useServices } from '../services.ts';
import type { SigningRequest, SigningStep } from './signing-step.ts';

const CONFIRM_WINDOW = 'quantum-lock-confirm';
const CONFIRM_FEATURES = 'popup,width=560,height=720';

export interface Signing {
  readonly step: SigningStep;
  /** Must be called from the click itself: only then may the page open the confirming window. */
  readonly sign: () => void;
  /** Asks for a review again, after it expired, was refused or failed. */
  readonly restart: () => void;
}

/** Takes a request through review, confirmation and outcome. The page never sees a key, and cannot confirm by itself. */
export function useSigning(request: SigningRequest): Signing {
  const { client } = useServices();
  const [step, setStep] = useState<SigningStep>({ at: 'preparing' });
  const [attempt, setAttempt] = useState(0);
  const alive = useRef(true);
  const ask = useEffectEvent((signal: AbortSignal) =>
    client.operator.requestSignature({ action: request.action, payload: request.payload }, { signal }),
  );

  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    setStep({ at: 'preparing' });
    ask(signal).then(
      (answer) => {
        if (signal.aborted) return;
        setStep(
          answer.outcome === 'review'
            ? { at: 'review', review: answer.review, confirmUrl: answer.confirm_url }
            : { at: 'rejected', rejection: answer.rejection, signed: false },
        );
      },
      (error: unknown) => {
        if (!signal.aborted) setStep({ at: 'failed', problem: describeProblem(error) });
      },
    );
    return () => controller.abort();
  }, [attempt]);

  const sign = (): void => {
    if (step.at !== 'review') return;
    const { review, confirmUrl } = step;
    const opened = confirmUrl === null ? null : globalThis.open(confirmUrl, CONFIRM_WINDOW, CONFIRM_FEATURES);
    setStep({ at: 'confirming', review, confirmUrl, blocked: confirmUrl !== null && opened === null });
    client.operator.awaitSignature({ review_id: review.review_id }).then(
      (outcome) => {
        if (alive.current) setStep(stepAfter(outcome, review));
      },
      (error: unknown) => {
        if (alive.current) setStep({ at: 'failed', problem: describeProblem(error) });
      },
    );
  };
  return { step, sign, restart: () => setAttempt((count) => count + 1) };
}

function stepAfter(outcome: SignatureOutcome, review: SigningReview): SigningStep {
  switch (outcome.outcome) {
    case 'committed':
      return { at: 'committed', review, receipt: outcome.receipt };
    case 'rejected':
      return { at: 'rejected', rejection: outcome.rejection satisfies Rejection, signed: true };
    case 'refused':
      return { at: 'refused' };
    case 'expired':
      return { at: 'expired' };
    case 'failed':
      return { at: 'failed', problem: outcome.error satisfies Problem };
  }
}
