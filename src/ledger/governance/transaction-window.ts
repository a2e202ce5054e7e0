import { TRANSACTION_WINDOW_MS } from '../../base/limits.ts';
import type { StateAccess } from '../state/access.ts';

/** How far a transaction's timestamp may be from its block's time. */
export interface TransactionWindow {
  readonly windowMs: number;
  /**
   * When the window was last changed, Unix milliseconds: nothing older is accepted, because what a longer window would
   * newly let in has been forgotten, and could be in the chain already.
   */
  readonly floorAt: number;
  /** The longest window there ever was: transactions so far back, and ahead, must be remembered. */
  readonly reachMs: number;
}

function parameter(state: Pick<StateAccess, 'get'>, name: string): number | undefined {
  return state.get('parameters', name) as number | undefined;
}

export function readTransactionWindow(state: Pick<StateAccess, 'get'>): TransactionWindow {
  const windowMs = parameter(state, 'transaction_window_ms') ?? TRANSACTION_WINDOW_MS;
  return {
    windowMs,
    floorAt: parameter(state, 'transaction_floor_at') ?? 0,
    reachMs: parameter(state, 'transaction_reach_ms') ?? windowMs,
  };
}

/** Sets the window so that no transaction can enter the chain twice across the change. */
export function setTransactionWindow(state: StateAccess, windowMs: number, time: number): void {
  const before = readTransactionWindow(state);
  state.put('parameters', 'transaction_window_ms', windowMs);
  state.put('parameters', 'transaction_floor_at', time);
  state.put('parameters', 'transaction_reach_ms', Math.max(before.reachMs, windowMs));
}
