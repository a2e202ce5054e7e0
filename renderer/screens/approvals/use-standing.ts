import type { ProposalView } from '../../../src/api/chain/proposals.ts';
import { useNode } from '../../stores/use-stores.ts';
import { waitsFor } from '../../stores/waits-for.ts';
import { levelHolds } from '../../../src/ledger/permissions.ts';
import { isLevel, missingApprovals } from '../../proposals/proposal-words.ts';

/** What the acting identity can do with a proposal. */
export interface Standing {
  /** What to call it; null where none acts. */
  readonly name: string | null;
  /** Its member's level; null where it is not a member. */
  readonly level: string | null;
  /** `asked`: its vote is missing. `complete`: it has approved, all have, and approving again carries it out. */
  readonly state: 'asked' | 'approved' | 'rejected' | 'complete' | 'no_say';
  readonly proposer: boolean;
  /** Whether it may comment: who may propose or vote. */
  readonly speaks: boolean;
}

export function useStanding(proposal: ProposalView): Standing {
  const acting = useNode((state) => state.keys?.identities.find((identity) => identity.acting));
  const member = acting?.member ?? null;
  const vote = proposal.votes.find(({ member: voter, counts }) => counts && voter.member_id === member?.member_id);
  const missing = missingApprovals([...proposal.requirements, ...proposal.requirements_after]);
  const level = member?.level ?? null;
  const state = waitsFor(proposal, member?.member_id ?? null)
    ? 'asked'
    : vote === undefined
      ? 'no_say'
      : vote.decision === 'reject'
        ? 'rejected'
        : missing === 0
          ? 'complete'
          : 'approved';
  return {
    name: acting?.name ?? null,
    level,
    state,
    speaks: level !== null && ((isLevel(level) && levelHolds(level, 'write_blue_state')) || state !== 'no_say'),
    proposer: member !== null && member.member_id === proposal.proposer.member_id,
  };
}
