import type { ReactElement } from 'react';

import { sentence } from '../parts/sentence.ts';
import type { Rejection } from './signing-step.ts';

/** The ledger's numbered refusal (docs/TECHNICAL_SPEC.md, reject codes). */
const APPROVAL_REQUIRED = 16;

export function needsApproval({ code }: Rejection): boolean {
  return code === APPROVAL_REQUIRED;
}

/** Why the ledger does not accept it. That others must agree is not a failure. */
export function NotAllowed({
  rejection,
  signed,
}: {
  readonly rejection: Rejection;
  readonly signed: boolean;
}): ReactElement {
  if (needsApproval(rejection) && !signed)
    return (
      <p className="notice" role="alert">
        <b>Nobody can do this alone.</b> Its policy asks for approvals: propose it, and it happens when the others have
        agreed.
      </p>
    );
  return (
    <div className="notice bad" role="alert">
      <b>{signed ? 'The ledger refused it.' : 'This cannot be signed: the ledger would refuse it.'}</b>{' '}
      {sentence(rejection.message)}{' '}
      <code>
        {rejection.code} {rejection.name}
      </code>
    </div>
  );
}
