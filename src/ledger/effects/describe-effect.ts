import type { Hash } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import type { ToldState } from '../state/access.ts';
import { findAction } from '../actions/registry.ts';
import type { StateOverlay } from '../state/overlay.ts';
import { changesOfWrites, type StateChange } from './state-changes.ts';

export interface Effect {
  /** What happens, in one plain sentence or two. */
  readonly sentence: string;
  /** Every value that changes. */
  readonly changes: readonly StateChange[];
  /** Things to look at before signing. */
  readonly warnings: readonly string[];
}

/** What an operation would do to a state, and what to look at before it is signed, in words alone. */
export function wordsOf(
  before: ToldState,
  { action, payload, memberId }: { readonly action: string; readonly payload: JsonObject; readonly memberId: string },
): Pick<Effect, 'sentence' | 'warnings'> {
  const found = findAction(action);
  return {
    sentence: found?.describe(payload, before) ?? action,
    warnings: found?.warnings(payload, before, { memberId }) ?? [],
  };
}

/** What an operation does to a state, derived from a trial of it. */
export function describeEffect(options: {
  readonly before: ToldState;
  readonly action: string;
  readonly payload: JsonObject;
  /** The state after the trial. */
  readonly after: StateOverlay;
  readonly timestamp: number;
  readonly transactionId: Hash;
  /** In whose name it happens. */
  readonly memberId: string;
}): Effect {
  const { before, after } = options;
  return {
    ...wordsOf(before, options),
    changes: changesOfWrites(before, after.writes(), options),
  };
}
