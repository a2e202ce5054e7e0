import { z } from 'zod';
import type { Json } from '../../base/canonical.ts';
import { count, hash } from '../../base/fields.ts';
import { ROLLBACK_SCOPE_MAX } from '../../base/limits.ts';
import { authoriserOf, defineAction, type PolicySubject } from '../governance/action.ts';
import { isFrozen } from '../governance/freeze-state.ts';
import { policySubject } from '../governance/policy-rules.ts';
import type { CountedState } from '../state/access.ts';
import { removedPlace } from '../state/readers.ts';
import type { RemovedEnvironment, RollbackMark } from '../state/records.ts';
import { writeEnvironment } from './environment.ts';
import { environmentId, text } from './fields.ts';
import { GOVERNANCE } from './governance.ts';
import { changesIn, planRollback } from './rollback-plan.ts';
import { rollbackWarnings, rollbackWords, scopeWords } from './rollback-words.ts';

const payloadSchema = z.strictObject({
  target_height: count,
  target_hash: hash,
  environments_root: hash,
  scope: z
    .array(environmentId)
    .min(1)
    .max(ROLLBACK_SCOPE_MAX)
    .refine((ids) => ids.every((id, index) => index === 0 || (ids[index - 1] as string) < id), 'each once, in order')
    .nullable(),
  reason: text,
});
export type RollbackPayload = z.infer<typeof payloadSchema>;

const PROMOTION = 'promote_environment';

/** The promotion policies of the environments in scope that have their own: it makes them Green again. */
function promotionsOf({ scope }: RollbackPayload, state: CountedState): PolicySubject[] {
  const everywhere: PolicySubject = { action: PROMOTION, envId: null };
  if (scope !== null) return [everywhere, ...scope.map((envId) => ({ action: PROMOTION, envId }))];
  const own = [...state.list('policies').keys()]
    .map(policySubject)
    .filter(({ action, envId }) => action === PROMOTION && envId !== null);
  return [everywhere, ...own];
}

/**
 * Sets the records of environments back to what they were in a past block's state. It is a step forward: nothing of the
 * history goes. Version numbers, labels and recalls stay given, and members, keys, validators, policies and settings as they
 * are. It rests on that block and not on the present: whatever is decided until it executes is undone with the rest.
 */
export const rollback = defineAction({
  ...GOVERNANCE,
  subject: 'A rollback of environments',
  name: 'rollback',
  restsOn: 'past',
  lineage: { kind: 'rollback', lane: 'green', makesVersion: false },
  payload: payloadSchema,
  others: [
    {
      action: PROMOTION,
      when: null,
      of: promotionsOf,
    },
  ],
  title: ({ target_height, scope }) => `Roll ${scopeWords(scope)} back to block ${target_height}`,
  summarize: ({ target_height, scope, reason }) =>
    `Rolled ${scopeWords(scope)} back to block ${target_height}: ${reason}`,
  describe: (payload, before) => `${rollbackWords(payload, changesIn(before, payload))} Reason: “${payload.reason}”.`,
  warnings: (payload, before) => rollbackWarnings(changesIn(before, payload) ?? [], isFrozen(before)),
  apply({ state, timestamp, transactionId, actor }, payload) {
    const plan = planRollback(state, payload);
    if ('code' in plan) return plan;
    const mark: RollbackMark = {
      transaction_id: transactionId,
      target_height: payload.target_height,
      at: timestamp,
      by: authoriserOf(actor),
    };
    for (const { env_id, now, restored, removed } of plan) {
      if (restored !== undefined) {
        writeEnvironment(state, { ...restored, rollback: mark });
        if (removed !== undefined) state.remove('environments', removedPlace(env_id));
      } else if (now !== undefined) {
        const { latest_version, recalled } = now;
        const kept: RemovedEnvironment = { latest_version, recalled, rollback: mark };
        state.remove('environments', env_id);
        state.put('environments', removedPlace(env_id), kept as unknown as Json);
      }
    }
    return null;
  },
});
