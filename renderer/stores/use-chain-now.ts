import { useNow } from './clock.ts';
import { useNode } from './use-stores.ts';

/**
 * The time that proposals expire by: that of the next block. It is the wall clock's, or what a chain is at that is
 * ahead of it.
 */
export function useChainNow(): number {
  const now = useNow();
  const blockTime = useNode((state) => (state.status?.clock === 'behind' ? state.status.block_time : 0));
  return Math.max(now, blockTime);
}
