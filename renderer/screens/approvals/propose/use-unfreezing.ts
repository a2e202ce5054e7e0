import type { ProposalRow } from '../../../../src/api/views/governance.ts';
import { useNode } from '../../../stores/use-stores.ts';

/** The open proposal to unfreeze; null where there is none. */
export function useUnfreezing(): ProposalRow | null {
  return useNode((state) => state.proposals?.rows.find(({ action }) => action === 'unfreeze') ?? null);
}
