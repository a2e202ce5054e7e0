import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';

import { ProblemNotice } from '../parts/problem-notice.tsx';
import { sentence } from '../parts/sentence.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { Committed } from './committed.tsx';
import { ReviewView } from './review-view.tsx';
import type { SigningRequest, SigningStep } from './signing-step.ts';
import { useSigning } from './use-signing.ts';

interface Props {
  readonly request: SigningRequest;
  /** Back to the form that the request came from. */
  readonly onBack: () => void;
  /** Where to go once it is on the chain. */
  readonly next?: ReactNode;
}

/** What would happen, then the button that asks for the signature, then what came of it. */
export function SigningPanel({ request, onBack, next }: Props): ReactElement {
  const { step, sign, restart } = useSigning(request);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  return (
    <section ref={panel} tabIndex={-1} className="signing stack wide" aria-label="Review and sign" aria-live="polite">
      <StepView step={step} onSign={sign} onBack={onBack} onRestart={restart} next={next} />
    </section>
  );
}

interface StepProps {
  readonly step: SigningStep;
  readonly onSign: () => void;
  readonly onBack: () => void;
  readonly onRestart: () => void;
  readonly next: ReactNode;
}

function StepView({ step, onSign, onBack, onRestart, next }: StepProps): ReactElement {
  switch (step.at) {
    case 'preparing':
      return <Skeleton />;
    case 'review':
    case 'confirming':
      return (
        <>
          <ReviewView review={step.review} />
          {step.at === 'review' ? (
            <div className="row">
              <button type="button" className="button primary" onClick={onSign}>
                Sign…
              </button>
              <button type="button" className="button" onClick={onBack}>
                Back
              </button>
              <span className="faint grow">Signing asks again in a window that this page cannot reach.</span>
            </div>
          ) : (
            <Confirming blocked={step.blocked} url={step.confirmUrl} />
          )}
        </>
      );
    case 'committed':
      return <Committed review={step.review} receipt={step.receipt} next={next} />;
    case 'rejected':
      return (
        <>
          <div className="notice bad" role="alert">
            <b>{step.signed ? 'The ledger refused it.' : 'This cannot be signed: the ledger would refuse it.'}</b>{' '}
            {sentence(step.rejection.message)}{' '}
            <code>
              {step.rejection.code} {step.rejection.name}
            </code>
          </div>
          <Again onBack={onBack} onRestart={onRestart} />
        </>
      );
    case 'refused':
      return (
        <>
          <p className="notice">You did not confirm. Nothing was signed, and nothing has changed.</p>
          <Again onBack={onBack} onRestart={onRestart} />
        </>
      );
    case 'expired':
      return (
        <>
          <p className="notice warn">The review became too old to sign. Nothing was signed.</p>
          <Again onBack={onBack} onRestart={onRestart} />
        </>
      );
    case 'failed':
      return (
        <>
          <ProblemNotice problem={step.problem} />
          <Again onBack={onBack} onRestart={onRestart} />
        </>
      );
  }
}

function Confirming({ blocked, url }: { readonly blocked: boolean; readonly url: string | null }): ReactElement {
  return (
    <div className="notice">
      <b>Waiting for your confirmation.</b>{' '}
      {url === null ? 'The application shows a dialog of its own. ' : 'It is in a window of its own. '}
      Compare the fingerprint there with the one above.
      {url !== null ? (
        <div className="row">
          <a className="button" href={url} target="quantum-lock-confirm" rel="opener">
            {blocked ? 'The browser blocked the window: open it' : 'Show the window again'}
          </a>
        </div>
      ) : null}
    </div>
  );
}

function Again({ onBack, onRestart }: { readonly onBack: () => void; readonly onRestart: () => void }): ReactElement {
  return (
    <div className="row">
      <button type="button" className="button primary" onClick={onBack}>
        Back
      </button>
      <button type="button" className="button" onClick={onRestart}>
        Review again
      </button>
    </div>
  );
}
