import type { StateAccess } from '../state/access.ts';
import type { FreezeRecord } from '../state/records.ts';

/** How the chain is frozen, or was last; null where it never was. */
export function readFreeze(state: Pick<StateAccess, 'get'>): FreezeRecord | null {
  return (state.get('parameters', 'freeze') as FreezeRecord | undefined) ?? null;
}

export function isFrozen(state: Pick<StateAccess, 'get'>): boolean {
  return readFreeze(state)?.frozen === true;
}
