import { useMemo } from 'react';

import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { useNode } from './use-stores.ts';

/** The open chain, in the era that it is in; null until its status was read. */
export function useChain(): ChainIdentity | null {
  const chainId = useNode((state) => state.status?.chain_id);
  const genesis = useNode((state) => state.status?.genesis);
  const era = useNode((state) => state.status?.era);
  return useMemo(
    () =>
      chainId === undefined || genesis === undefined || era === undefined ? null : { chain_id: chainId, genesis, era },
    [chainId, genesis, era],
  );
}
