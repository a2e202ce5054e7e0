import type { Status } from '../../src/api/chain/node.ts';
import { useNode } from './use-stores.ts';

/** Who froze the chain, when and why; null where it is not frozen, or that is not known. */
export function useFrozen(): Status['frozen'] {
  return useNode((state) => state.status?.frozen ?? null);
}
