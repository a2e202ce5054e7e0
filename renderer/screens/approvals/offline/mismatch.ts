import type { Approval } from '../../../../src/ledger/offline/approval.ts';
import type { Problem } from '../../../bridge/problem.ts';

/** Why a good approval does not belong here; null where it does. */
export function mismatch(
  approval: Approval,
  { chainId, proposalId }: { readonly chainId: string; readonly proposalId: string | null },
): Problem | null {
  if (approval.chain_id !== chainId)
    return {
      code: 'OTHER_CHAIN',
      message: `This approval is for the chain ${approval.chain_id}, not for ${chainId}.`,
      advice: 'It counts for nothing here. Ask for an approval on this chain.',
    };
  if (proposalId !== null && approval.proposal_id !== proposalId)
    return {
      code: 'OTHER_PROPOSAL',
      message: 'This approval is for another proposal.',
      advice: 'Bring in the approvals of one proposal at a time: open that one first.',
    };
  return null;
}
