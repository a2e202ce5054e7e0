import type { Hash } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import { findAction } from '../actions/registry.ts';
import type { ChainIdentity } from '../chain-identity.ts';
import { verifyWithNoble } from '../crypto/signature.ts';
import type { Action, Actor, Operation } from '../governance/action.ts';
import { NO_KEY } from '../governance/settle.ts';
import type { ReadableState, StateWrites, ToldState } from '../state/access.ts';
import { StateOverlay } from '../state/overlay.ts';
import { changesOfWrites, type StateChange } from './state-changes.ts';

export interface Effect {
  /** What happens, in one plain sentence or two; of a batch, operation by operation. */
  readonly sentence: string;
  /** Every value that changes. */
  readonly changes: readonly StateChange[];
  /** Things to look at before signing. */
  readonly warnings: readonly string[];
}

/** An operation that was executed on a copy of a state. */
export interface TriedOperation {
  readonly chain: ChainIdentity;
  readonly action: string;
  readonly payload: JsonObject;
  readonly before: ToldState;
  /** What it wrote. */
  readonly writes: StateWrites;
  readonly timestamp: number;
  readonly transactionId: Hash;
  readonly actor: Actor;
}

/** What an operation does to a state, derived from a trial of it, and what to look at before it is signed. */
export function describeEffect(tried: TriedOperation): Effect {
  const { action: name, payload, before, actor } = tried;
  const action = findAction(name) as Action;
  if (action.isComposed) return describeBatch(tried, action.operations(payload));
  return {
    sentence: action.describe(payload, before),
    changes: changesOfWrites(before, tried.writes, tried),
    warnings: action.warnings(payload, before, actor),
  };
}

/**
 * What a batch does, operation by operation, each described from the state that the ones before it left: also what a
 * later operation replaces again is shown. The batch was executed already, so that no operation is refused here.
 */
function describeBatch(batch: TriedOperation, operations: readonly Operation[]): Effect {
  const { timestamp } = batch;
  const reached = new StateOverlay(readByKey(batch.before));
  const effects = operations.map(({ action, payload }): Effect => {
    const after = new StateOverlay(reached);
    const context = { ...batch, state: after, signedAt: timestamp, verify: verifyWithNoble };
    findAction(action)?.apply(context, payload, NO_KEY);
    const told = describeEffect({
      ...batch,
      action,
      payload,
      before: batch.before.list === undefined ? { get: reached.get.bind(reached) } : reached,
      writes: after.writes(),
    });
    reached.absorb(after);
    return told;
  });
  const numbered = effects.map(({ sentence }, index) => `${index + 1}. ${sentence}`);
  return {
    sentence: (operations.length === 1
      ? numbered
      : [`${operations.length} operations, all or none:`, ...numbered]
    ).join(' '),
    changes: effects.flatMap(({ changes }) => changes),
    warnings: [...new Set(effects.flatMap(({ warnings }) => warnings))],
  };
}

/** The state that is told from. What stands in a batch goes back to no past block, and lists nothing that cannot be told. */
function readByKey(told: ToldState): ReadableState {
  return {
    get: told.get.bind(told),
    list: (namespace) => told.list?.(namespace) ?? new Map(),
    past: () => undefined,
    environmentsThen: () => new Map(),
  };
}
