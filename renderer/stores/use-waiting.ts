import { useMemo } from 'react';

import type { ProposalRow } from '../../src/api/chain/proposals.ts';
import { useNode } from './use-stores.ts';
import { actingMemberId, waitsFor } from './waits-for.ts';

export interface Waiting {
  /** Open proposals that wait for the acting identity, soonest to expire first. */
  readonly mine: readonly ProposalRow[];
  readonly others: readonly ProposalRow[];
  /** All that are open; more than the rows where there are very many. */
  readonly total: number;
  /** False until they have been read. */
  readonly known: boolean;
}

/** What waits for whom. */
export function useWaiting(): Waiting {
  const proposals = useNode((state) => state.proposals);
  const memberId = useNode(actingMemberId);
  return useMemo(() => {
    const rows = proposals?.rows ?? [];
    return {
      mine: rows.filter((row) => waitsFor(row, memberId)),
      others: rows.filter((row) => !waitsFor(row, memberId)),
      total: proposals?.total ?? 0,
      known: proposals !== null,
    };
  }, [proposals, memberId]);
}
