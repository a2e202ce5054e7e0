import type { Approval } from '../../../../src/ledger/documents/approval.ts';
import type { ChainIdentity } from '../../../../src/ledger/chain-identity.ts';
import { chainMismatch } from '../../../keys/chain-mismatch.ts';
import type { Problem } from '../../../bridge/problem.ts';

/** Why a good approval does not belong here; null where it does. */
export function mismatch(
  approval: Approval,
  { chain, proposalId }: { readonly chain: ChainIdentity | null; readonly proposalId: string | null },
): Problem | null {
  if (chain === null)
    return { code: 'NODE_STOPPED', message: 'The chain is not loaded yet.', advice: 'Try again in a moment.' };
  const other = chainMismatch('This approval', approval, chain);
  if (other !== null)
    return {
      code: 'OTHER_CHAIN',
      message: other,
      advice: 'It is not valid here. Ask for an approval on this chain.',
    };
  if (proposalId !== null && approval.proposal_id !== proposalId)
    return {
      code: 'OTHER_PROPOSAL',
      message: 'This approval is for another proposal.',
      advice: 'Import the approvals of one proposal at a time: open that one first.',
    };
  return null;
}
