import type { StateAccess } from '../state/access.ts';
import type { ChainIdentity, ChainRoot } from '../chain-identity.ts';
import type { ClockRecord } from '../state/records.ts';

/** How the chain's clock was last reset; null where it never was. */
export function readClock(state: Pick<StateAccess, 'get'>): ClockRecord | null {
  return (state.get('parameters', 'clock') as ClockRecord | undefined) ?? null;
}

/** The era that the next block belongs to. */
export function readEra(state: Pick<StateAccess, 'get'>): number {
  return readClock(state)?.era ?? 0;
}

/** What is signed now, on this state, is signed for this. */
export function identityIn(state: Pick<StateAccess, 'get'>, { chain_id, genesis }: ChainRoot): ChainIdentity {
  return { chain_id, genesis, era: readEra(state) };
}

/**
 * The least time that the next block may have: that of its parent, and after a reset the time to which the clock was set.
 */
export function leastTime(
  state: Pick<StateAccess, 'get'>,
  parent: { readonly era: number; readonly timestamp: number } | null,
): number {
  if (parent === null) return 0;
  const clock = readClock(state);
  return clock === null || clock.era === parent.era ? parent.timestamp : clock.time;
}
