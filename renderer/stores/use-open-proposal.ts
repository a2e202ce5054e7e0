import type { ProposalRow } from '../../src/api/chain/proposals.ts';
import { useNode } from './use-stores.ts';

/** The open proposal of an action that is proposed once at a time, such as `unfreeze`; null where there is none. */
export function useOpenProposal(action: string): ProposalRow | null {
  return useNode((state) => state.proposals?.rows.find((row) => row.action === action) ?? null);
}
