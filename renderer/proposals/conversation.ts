import type { Hash } from '../../src/base/bytes.ts';
import type { Person } from '../../src/api/chain/members.ts';
import type { ProposalView } from '../../src/api/chain/proposals.ts';

/** One thing that was done about a proposal, or said of it. */
export interface Turn {
  readonly at: number;
  /** Null where nobody did it: it expired. */
  readonly who: Person | null;
  /** After the name, or alone: "approved". */
  readonly did: string;
  /** In the member's own words; null where there are none. */
  readonly text: string | null;
  readonly transactionId: Hash | null;
}

const VOTED = { approve: 'approved', reject: 'rejected' } as const;

/**
 * What was said and done about a proposal, the oldest first. A vote that another one replaced is in the log alone.
 * What is of one time stands as the proposal lists it.
 */
export function conversationOf(proposal: ProposalView): readonly Turn[] {
  const { proposer, proposed_at, transaction_id: opening, votes, comments } = proposal;
  const own = votes.find((vote) => vote.transaction_id === opening);
  const turns: readonly Turn[] = [
    ...votes
      .filter((vote) => vote !== own)
      .map(({ member, decision, reason, voted_at, carried_by: by, transaction_id }) => ({
        at: voted_at,
        who: member,
        did: by === null ? VOTED[decision] : `${VOTED[decision]}, signed elsewhere and imported by ${by.name}`,
        text: reason,
        transactionId: transaction_id,
      })),
    ...comments.map(({ member, text, commented_at, transaction_id }) => ({
      at: commented_at,
      who: member,
      did: 'commented',
      text,
      transactionId: transaction_id,
    })),
  ];
  return [
    {
      at: proposed_at,
      who: proposer,
      did: own === undefined ? 'proposed this' : 'proposed this, and approves it',
      text: null,
      transactionId: opening,
    },
    ...endOf(proposal, turns),
  ];
}

/** The turns by time, and among them how it ended: with the vote that ended it, and before what was said afterwards. */
function endOf({ status, closed_at, closed_by, expires_at }: ProposalView, turns: readonly Turn[]): readonly Turn[] {
  const at = status === 'open' ? null : (closed_at ?? expires_at);
  const sorted = turns.toSorted((left, right) => left.at - right.at);
  if (at === null) return sorted;
  const last = closed_by === null ? -1 : sorted.findIndex(({ transactionId }) => transactionId === closed_by);
  const later = sorted.findIndex((turn) => turn.at >= at);
  const place = last !== -1 ? last + 1 : later === -1 ? sorted.length : later;
  const end: Turn = { at, who: null, did: status, text: null, transactionId: closed_by };
  return [...sorted.slice(0, place), end, ...sorted.slice(place)];
}
