import type { Hash } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import type { GovernedState, StateAccess } from '../../ledger/actions/action.ts';
import type { StateOverlay } from '../../ledger/state-overlay.ts';
import { effectSentence } from './effect-sentence.ts';
import { effectWarnings } from './effect-warnings.ts';
import { changesOfWrites, type StateChange } from './state-changes.ts';

/** A state to tell from; where it has no `list` (a proposal's file), nothing is counted. */
export type ToldState = Pick<StateAccess, 'get'> & Partial<Pick<GovernedState, 'list'>>;

export interface Effect {
  /** What happens, in one plain sentence or two. */
  readonly sentence: string;
  /** Every value that changes. */
  readonly changes: readonly StateChange[];
  /** Things to look at before signing. */
  readonly warnings: readonly string[];
}

/** What an operation does to a state, told from a trial of it. */
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
  const { before, action, payload, after } = options;
  return {
    sentence: effectSentence(before, action, payload),
    changes: changesOfWrites(before, after.writes(), options),
    warnings: effectWarnings(before, action, payload, options),
  };
}
