import type { ProposalRow } from '../../src/api/chain/proposals.ts';
import type { NodeState } from './node-state.ts';

/** The id of the member that acts now; null where the acting key is not a member's. */
export function actingMemberId({ keys }: NodeState): string | null {
  return keys?.identities.find(({ acting }) => acting)?.member?.member_id ?? null;
}

export function waitsFor(
  { waiting_for: waitingFor }: Pick<ProposalRow, 'waiting_for'>,
  memberId: string | null,
): boolean {
  return waitingFor.some(({ member_id }) => member_id === memberId);
}
