import { useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';

import { ProblemNotice } from '../parts/problem-notice.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { Committed } from './committed.tsx';
import { needsApproval, NotAllowed } from './not-allowed.tsx';
import { ReviewView } from './review-view.tsx';
import type { SigningDone, SigningRequest, SigningStep } from './signing-step.ts';
import { useStandStill } from './stand-still.tsx';
import { useSigning } from './use-signing.ts';

interface Props {
  readonly request: SigningRequest;
  /** Back to the form that the request came from. */
  readonly onBack: () => void;
  /** Told once it is on the chain, signed or done. */
  readonly onDone?: (outcome: SigningDone) => void;
  /** Where to go after that. */
  readonly next?: ReactNode;
}

/** What would happen, then the button that asks for the signature, then its result. */
export function SigningPanel({ request, onBack, onDone, next }: Props): ReactElement {
  const [proposing, setProposing] = useState(false);
  const proposal = proposing ? asProposal(request) : null;
  const { step, sign, reopen, withdraw, restart } = useSigning(proposal ?? request, onDone);
  const panel = useRef<HTMLElement>(null);
  useStandStill();
  useEffect(() => panel.current?.focus(), []);
  return (
    <section ref={panel} tabIndex={-1} className="signing stack wide" aria-label="Review and sign" aria-live="polite">
      <StepView
        step={step}
        onSign={sign}
        onReopen={reopen}
        onWithdraw={withdraw}
        onBack={onBack}
        onRestart={restart}
        onPropose={proposal === null && asProposal(request) !== null ? () => setProposing(true) : null}
        next={next}
      />
    </section>
  );
}

/** The same as a proposal; null for what cannot be proposed. */
function asProposal(request: SigningRequest): SigningRequest | null {
  if (request.kind !== 'transaction') return null;
  return { kind: 'proposal', action: request.action, payload: request.payload };
}

interface StepProps {
  readonly step: SigningStep;
  readonly onSign: () => void;
  readonly onReopen: () => void;
  readonly onWithdraw: () => void;
  readonly onBack: () => void;
  readonly onRestart: () => void;
  readonly onPropose: (() => void) | null;
  readonly next: ReactNode;
}

function StepView({ step, onSign, onReopen, onWithdraw, onBack, onRestart, onPropose, next }: StepProps): ReactElement {
  switch (step.at) {
    case 'preparing':
      return <Skeleton />;
    case 'review':
    case 'confirming': {
      const { ask, is_dangerous: isDangerous } = step.review.words;
      return (
        <>
          <ReviewView review={step.review} />
          {step.at === 'review' ? (
            <div className="row">
              <button type="button" className={`button ${isDangerous ? 'danger' : 'primary'}`} onClick={onSign}>
                {ask}…
              </button>
              <button type="button" className="button" onClick={onBack}>
                Back
              </button>
              <span className="faint grow">
                Before anything is signed, you confirm it in a window that this page cannot reach.
              </span>
            </div>
          ) : (
            <Confirming blocked={step.blocked} url={step.confirmUrl} onReopen={onReopen} onWithdraw={onWithdraw} />
          )}
        </>
      );
    }
    case 'committed':
      return <Committed review={step.review} receipt={step.receipt} next={next} />;
    case 'signed':
      return (
        <>
          <p className="notice good" role="status">
            <b>Signed.</b> {step.review.sentence} Nothing was written to the chain.
          </p>
          {next}
        </>
      );
    case 'done':
      return (
        <>
          <p className="notice good" role="status">
            <b>{step.title}.</b> {step.text} {step.path === null ? null : <code className="mono">{step.path}</code>}
          </p>
          {next}
        </>
      );
    case 'rejected':
      return (
        <>
          <NotAllowed rejection={step.rejection} signed={step.signed} />
          {needsApproval(step.rejection) && onPropose !== null ? (
            <div className="row">
              <button type="button" className="button primary" onClick={onPropose}>
                Propose it instead…
              </button>
              <button type="button" className="button" onClick={onBack}>
                Back
              </button>
            </div>
          ) : (
            <Again onBack={onBack} onRestart={onRestart} />
          )}
        </>
      );
    case 'refused':
      return (
        <>
          <p className="notice">You did not confirm. Nothing was signed, and nothing has changed.</p>
          <Again onBack={onBack} onRestart={onRestart} />
        </>
      );
    case 'withdrawn':
      return (
        <>
          <p className="notice">You cancelled it. Nothing was signed, and nothing has changed.</p>
          <Again onBack={onBack} onRestart={onRestart} />
        </>
      );
    case 'expired':
      return (
        <>
          <p className="notice warn">The review expired. Nothing was signed.</p>
          <Again onBack={onBack} onRestart={onRestart} />
        </>
      );
    case 'changed':
      return (
        <>
          <p className="notice warn">
            This would now do something other than what was shown. Nothing was signed. Review what it does now.
          </p>
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

function Confirming({
  blocked,
  url,
  onReopen,
  onWithdraw,
}: {
  readonly blocked: boolean;
  readonly url: string | null;
  readonly onReopen: () => void;
  readonly onWithdraw: () => void;
}): ReactElement {
  return (
    <div className="notice">
      <b>Waiting for your confirmation.</b>{' '}
      {url === null ? 'The application asks in separate windows. ' : 'The question is in a separate window. '}
      Compare the fingerprint there with the one above.
      <div className="row">
        {url === null ? null : blocked ? (
          <a className="button" href={url} target="quantum-lock-confirm" rel="opener">
            The browser blocked the window: open it
          </a>
        ) : (
          <button type="button" className="button" onClick={onReopen}>
            Open the window again
          </button>
        )}
        <button type="button" className="button" onClick={onWithdraw}>
          Cancel the request
        </button>
      </div>
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
