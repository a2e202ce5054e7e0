import { z } from 'zod';
import { encodeCanonicalText, type Json } from '../../base/canonical.ts';
import { hasPolicy, policyKey, policyProblem } from '../governance/policy-rules.ts';
import { reject } from '../rejections.ts';
import type { StoredPolicy } from '../state-types.ts';
import { defineAction, type Action } from './action.ts';
import { environmentId, policy } from './fields.ts';
import { GOVERNANCE } from './governance.ts';

const payloadSchema = z.strictObject({
  action: z.string().max(64),
  /** For one environment alone; null for the action wherever no environment has its own. */
  env_id: environmentId.nullable(),
  /** `default` takes an environment's own policy away, or gives an action its default back. */
  policy: z.union([policy, z.strictObject({ mode: z.literal('default') })]),
});
export type SetPolicyPayload = z.infer<typeof payloadSchema>;

/** How an action is authorised from now on. */
export function defineSetPolicy(find: (name: string) => Action | undefined): Action {
  return defineAction({
    ...GOVERNANCE,
    name: 'set_policy',
    payload: payloadSchema,
    // The policy that is in force has a say in what takes its place, and the new one too: it is asked after the change.
    others: [
      {
        action: null,
        when: null,
        of: ({ action, env_id: envId }) => (hasPolicy(find(action)) ? { action, envId } : null),
      },
    ],
    title: ({ action, env_id }) => `Set the policy of ${action}${env_id === null ? '' : ` for ${env_id}`}`,
    summarize: ({ action, env_id }) => `Set the policy of ${action}${env_id === null ? '' : ` for ${env_id}`}.`,
    apply({ state }, { action, env_id, policy: next }) {
      const problem = policyProblem(find(action), { action, envId: env_id }, next);
      if (problem !== null) return reject('POLICY_NOT_ALLOWED', problem);
      const key = policyKey({ action, envId: env_id });
      const before: StoredPolicy = (state.get('policies', key) as StoredPolicy | undefined) ?? { mode: 'default' };
      if (encodeCanonicalText(before) === encodeCanonicalText(next)) return reject('STATE_UNCHANGED', key);
      if (env_id !== null && state.get('environments', env_id) === undefined)
        return reject('ENVIRONMENT_NOT_FOUND', env_id);
      state.put('policies', key, next as unknown as Json);
      return null;
    },
  });
}
