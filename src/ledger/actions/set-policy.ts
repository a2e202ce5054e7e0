import { z } from 'zod';
import type { Json } from '../../base/canonical.ts';
import { isSameJson } from '../../base/same-json.ts';
import { hasPolicy, policyIn, policyKey, policyProblem, policyWith } from '../governance/policy-rules.ts';
import { policyToday, policyWords, roleWords, subjectWords } from '../governance/policy-words.ts';
import { holdersOf, neededOf } from '../governance/requirement.ts';
import { reject } from '../rejections.ts';
import type { StoredPolicy } from '../state/records.ts';
import { defineAction, type Action } from '../governance/action.ts';
import { listed, type ToldState } from '../state/access.ts';
import { environmentId, policy } from './fields.ts';
import { GOVERNANCE } from './governance.ts';

const payloadSchema = z.strictObject({
  action: z.string().max(64),
  /** For one environment alone; null for the action in every environment without its own. */
  env_id: environmentId.nullable(),
  /** `default` takes an environment's own policy away, or gives an action its default back. */
  policy: z.union([policy, z.strictObject({ mode: z.literal('default') })]),
});
type Payload = z.infer<typeof payloadSchema>;

/** What to look at before an action is authorised like this. */
function policyWarnings({ action: name, env_id, policy: next }: Payload, before: ToldState, action?: Action): string[] {
  if (next.mode === 'default') return [];
  const what = env_id === null ? name : `${name} for ${env_id}`;
  if (next.mode === 'direct') return [`${what} then needs ${policyWords(next, null)}: nobody else checks it.`];
  const counted = listed(before);
  if (counted === null) return [];
  const count = holdersOf(counted, next.role).length;
  const needed = neededOf(next.threshold, count);
  const warnings: string[] = [];
  if (needed * 2 <= count)
    warnings.push(
      `${needed} of ${count} is not a majority: two groups could decide opposite things about the same matter.`,
    );
  const administrators = holdersOf(counted, 'administrator').length;
  if (needed === 1)
    warnings.push(
      action?.kind === 'governance' && administrators > 1
        ? `ONE PERSON ALONE CAN THEN DECIDE THIS, and the chain has ${administrators} administrators: any of the ${count} ${roleWords(next.role, count)} could change who may do what without asking anybody.`
        : 'One person alone can then decide this.',
    );
  if (needed === count && count > 1)
    warnings.push(`All ${count} are then needed: if one key is lost, this can never be decided again.`);
  return warnings;
}

/** How an action is authorised from now on. */
export function defineSetPolicy(find: (name: string) => Action | undefined): Action {
  return defineAction({
    ...GOVERNANCE,
    name: 'set_policy',
    subject: 'Changing a policy',
    payload: payloadSchema,
    // The policy that is in force may vote in what takes its place, and the new one too: it is asked after the change.
    others: [
      {
        action: null,
        when: null,
        of: ({ action, env_id: envId }) => (hasPolicy(find(action)) ? { action, envId } : null),
      },
    ],
    title: ({ action, env_id }) => `Set the policy of ${action}${env_id === null ? '' : ` for ${env_id}`}`,
    summarize: ({ action, env_id }) => `Set the policy of ${action}${env_id === null ? '' : ` for ${env_id}`}.`,
    describe: ({ action, env_id: envId, policy: next }, before) => {
      const subject = { action, envId };
      const now = policyToday(before, policyIn(before, subject, find));
      const then = policyToday(before, policyWith(before, subject, next, find));
      const isAsEverywhere = next.mode === 'default' && envId !== null;
      return `${subjectWords(find(action), subject)} then needs ${then}${isAsEverywhere ? ', as everywhere' : ''}. Until now: ${now}.`;
    },
    warnings: (payload, before) => policyWarnings(payload, before, find(payload.action)),
    wantedPolicy: ({ action, env_id: envId, policy: next }) => ({ subject: { action, envId }, policy: next }),
    apply({ state }, { action, env_id, policy: next }) {
      const problem = policyProblem(find(action), { action, envId: env_id }, next);
      if (problem !== null) return reject('POLICY_NOT_ALLOWED', problem);
      const key = policyKey({ action, envId: env_id });
      const before: StoredPolicy = (state.get('policies', key) as StoredPolicy | undefined) ?? { mode: 'default' };
      if (isSameJson(before, next)) return reject('STATE_UNCHANGED', key);
      if (env_id !== null && state.get('environments', env_id) === undefined)
        return reject('ENVIRONMENT_NOT_FOUND', env_id);
      state.put('policies', key, next as unknown as Json);
      return null;
    },
  });
}
