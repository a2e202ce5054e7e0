import type { JsonObject } from '../../base/canonical.ts';
import type { ActionContext } from '../governance/action.ts';
import type { GovernedState } from '../state/access.ts';
import { findAction } from '../actions/registry.ts';
import { StateOverlay } from '../state/overlay.ts';
import type { PublicKey } from '../../base/bytes.ts';
import { describeEffect, type Effect } from './describe-effect.ts';

/**
 * What a batch does, operation by operation, each described from the state that the ones before it left: also what a
 * later operation replaces again is shown. The batch was executed already, so that no operation is refused here.
 */
export function describeBatch(context: ActionContext<GovernedState>, payload: JsonObject, signer: PublicKey): Effect {
  const { timestamp, transactionId, actor } = context;
  const operations = payload['operations'] as readonly { readonly action: string; readonly payload: JsonObject }[];
  const before = new StateOverlay(context.state);
  const effects = operations.map((operation): Effect => {
    const after = new StateOverlay(before);
    findAction(operation.action)?.apply({ ...context, state: after }, operation.payload, signer);
    const told = describeEffect({ ...operation, before, after, timestamp, transactionId, memberId: actor.memberId });
    before.absorb(after);
    return told;
  });
  const numbered = effects.map(({ sentence }, index) => `${index + 1}. ${sentence}`);
  return {
    sentence:
      operations.length === 1
        ? numbered.join('')
        : `${operations.length} operations, all or none: ${numbered.join(' ')}`,
    changes: effects.flatMap(({ changes }) => changes),
    warnings: [...new Set(effects.flatMap(({ warnings }) => warnings))],
  };
}
