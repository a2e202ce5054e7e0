import { useEffect, type ReactElement } from 'react';

import type { ValidatorView } from '../../../../src/api/chain/members.ts';
import { Link } from '../../../parts/link.tsx';
import { Skeleton } from '../../../parts/skeleton.tsx';
import { useServices } from '../../../services.ts';
import { useLocation } from '../../../stores/use-stores.ts';
import { ApprovalsStep } from './approvals-step.tsx';
import { DoneStep } from './done-step.tsx';
import { KeyStep } from './key-step.tsx';
import { ProposeStep } from './propose-step.tsx';
import { ProveStep } from './prove-step.tsx';
import { decodeRotationPlace, encodeRotationPlace, ROTATION_STEPS, type RotationPlace } from './rotation-place.ts';
import { useOpenRotation } from './use-rotation-proposal.ts';

/**
 * The rotation of a validator's key, a step at a time. Where it stands is in the address: it can be left at any step, and a
 * rotation that is already proposed is found again.
 */
export function Rotation({ validator }: { readonly validator: ValidatorView }): ReactElement {
  const { router } = useServices();
  const place = decodeRotationPlace(useLocation());
  const { validator_id } = validator;
  const open = useOpenRotation(validator_id).proposal;
  // An address that names a step and not what it is about is taken up where the rotation stands.
  const isVague = place.step === 'approvals' && place.proposal === null && place.newKey === null;
  const named = isVague ? null : place.step;
  const step = named ?? (open === undefined ? null : open === null ? 'key' : 'approvals');
  const openId = open?.proposal_id;
  useEffect(() => {
    if (step !== null && named === null)
      router.go(encodeRotationPlace(validator_id, { step, ...(openId === undefined ? {} : { proposal: openId }) }), {
        replace: true,
      });
  }, [router, validator_id, step, named, openId]);
  if (validator.status === 'removed')
    return <p className="pane-body soft">It was removed: there is no key of it to rotate.</p>;
  return (
    <>
      <Steps current={step} />
      <div className="pane-body">
        {open !== undefined && open !== null && step !== null && step !== 'approvals' && step !== 'done' ? (
          <div className="notice warn row">
            <span className="grow">
              <b>A rotation is already proposed.</b> Of two that are approved, the second ends stale.
            </span>
            <Link
              className="button"
              to={['validators', validator_id]}
              query={{ do: 'rotate', step: 'approvals', proposal: open.proposal_id }}
            >
              Follow it
            </Link>
          </div>
        ) : null}
        <StepBody key={step} step={step} place={place} validator={validator} />
      </div>
    </>
  );
}

function Steps({ current }: { readonly current: string | null }): ReactElement {
  const at = ROTATION_STEPS.findIndex(({ id }) => id === current);
  return (
    <ol className="steps" aria-label="Steps of the rotation">
      {ROTATION_STEPS.map(({ id, title }, index) => {
        const isPast = index < at || current === 'done';
        return (
          <li
            key={id}
            data-state={index === at ? 'now' : isPast ? 'done' : 'todo'}
            aria-current={index === at ? 'step' : undefined}
          >
            <i aria-hidden="true">{isPast ? '✓' : index + 1}</i>
            <span>
              {title}
              {isPast && index !== at ? <span className="visually-hidden"> (done)</span> : null}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

interface StepProps {
  readonly step: RotationPlace['step'];
  readonly place: RotationPlace;
  readonly validator: ValidatorView;
}

function StepBody({ step, place, validator }: StepProps): ReactElement {
  const { newKey, proof, proposal } = place;
  switch (step) {
    case null:
      return <Skeleton />;
    case 'prove':
      return newKey === null ? <KeyStep validator={validator} /> : <ProveStep validator={validator} newKey={newKey} />;
    case 'propose':
      return newKey === null || proof === null ? (
        <KeyStep validator={validator} />
      ) : (
        <ProposeStep validator={validator} newKey={newKey} proof={proof} />
      );
    case 'approvals':
      return <ApprovalsStep validator={validator} newKey={newKey} proof={proof} proposalId={proposal} />;
    case 'done':
      return <DoneStep validator={validator} proposalId={proposal} />;
    case 'key':
      return <KeyStep validator={validator} />;
  }
}
