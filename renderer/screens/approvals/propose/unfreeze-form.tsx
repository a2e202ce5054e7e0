import type { ReactElement } from 'react';

import type { ProposalRow } from '../../../../src/api/chain/proposals.ts';
import { Link } from '../../../parts/link.tsx';
import { encodeLocation } from '../../../router/location.ts';
import { useServices } from '../../../services.ts';
import { SigningPanel } from '../../../signing/signing-panel.tsx';
import { StandStill } from '../../../signing/stand-still.tsx';
import { useOpenProposal } from '../../../stores/use-open-proposal.ts';
import { useFrozen } from '../../../stores/use-frozen.ts';

/** Proposes to let go of the emergency brake; leads to the proposal where there is one. */
export function UnfreezeForm(): ReactElement {
  const frozen = useFrozen();
  const proposed = useOpenProposal('unfreeze');
  return <StandStill value={{ isFrozen: frozen !== null, proposed }}>{(held) => <Unfreezing {...held} />}</StandStill>;
}

function Unfreezing({
  isFrozen,
  proposed,
}: {
  readonly isFrozen: boolean;
  readonly proposed: ProposalRow | null;
}): ReactElement {
  const { router } = useServices();
  if (proposed !== null)
    return (
      <p className="notice">
        Unfreezing is proposed already. <Link to={['approvals', proposed.proposal_id]}>Open the proposal</Link>
      </p>
    );
  if (!isFrozen) return <p className="notice">The chain is not frozen: environments can change.</p>;
  return (
    <SigningPanel
      request={{ kind: 'proposal', action: 'unfreeze', payload: {} }}
      onBack={() => router.go(encodeLocation(['approvals']))}
    />
  );
}
