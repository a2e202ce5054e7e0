import { z } from 'zod';
import type { Json } from '../../base/canonical.ts';
import { GENESIS_MEMBERS_MAX } from '../../base/limits.ts';
import type { Policy } from '../state/records.ts';
import { checkInvariants } from '../governance/invariants.ts';
import { PARAMETERS } from '../governance/parameters.ts';
import { policyProblem, policySubject } from '../governance/policy-rules.ts';
import { reject } from '../rejections.ts';
import { defineAction, GENESIS_ACTION, type Action, type ActionTable } from '../governance/action.ts';
import { displayName, identifier, isEnvironmentId, level, parameterValue, policy } from './fields.ts';
import { publicKey } from '../../base/fields.ts';
import { CONTROL } from './governance.ts';
import { writeMember, writeMemberKey, writeValidator, writeValidatorKey } from './member.ts';

const member = z.strictObject({
  member_id: identifier,
  name: displayName,
  level,
  keys: z.array(publicKey).min(1).max(16),
});
const validator = z.strictObject({ validator_id: identifier, public_key: publicKey });

const ACTION_PATTERN = /^[a-z][a-z_]{0,63}$/;

function isPolicyKey(key: string): boolean {
  const { action, envId } = policySubject(key);
  return ACTION_PATTERN.test(action) && (envId === null || isEnvironmentId(envId));
}

/** By hand: zod's record passes over a key named `__proto__`, and what it holds would get into the state unseen. */
const policies = z.custom<Readonly<Record<string, Policy>>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(([key, entry]) => isPolicyKey(key) && policy.safeParse(entry).success),
  'a policy for each action, or action/<env_id>',
);

const payloadSchema = z.strictObject({
  members: z.array(member).min(1).max(GENESIS_MEMBERS_MAX),
  validators: z.array(validator).min(1).max(100),
  /** By action, or `action/<env_id>`; what is not named has the action's default. */
  policies,
  parameters: z.strictObject({
    transaction_window_ms: parameterValue(PARAMETERS.transaction_window_ms),
    sandbox: z.boolean(),
  }),
});
export type GenesisPayload = z.infer<typeof payloadSchema>;

/** The first member, validator or key that is named twice: each stands once, so that every key has one owner. */
function findRepeated({ members, validators }: GenesisPayload): string | undefined {
  const seen = new Set<string>();
  const names = [
    ...members.flatMap(({ member_id, keys }) => [`member ${member_id}`, ...keys.map((key) => `key ${key}`)]),
    ...validators.flatMap(({ validator_id, public_key }) => [`validator ${validator_id}`, `key ${public_key}`]),
  ];
  return names.find((name) => seen.size === seen.add(name).size);
}

export const genesisPayload = payloadSchema.check((context) => {
  const repeated = findRepeated(context.value);
  if (repeated !== undefined)
    context.issues.push({ code: 'custom', message: `${repeated} is named twice`, input: repeated, path: [] });
});

/** The first state: members, validators, policies, parameters. Stands alone in block 0, signed by an administrator in it. */
export function defineGenesis(actions: ActionTable): Action {
  return defineAction({
    ...CONTROL,
    name: GENESIS_ACTION,
    subject: 'Creating the chain',
    payload: genesisPayload,
    defaultPolicy: { mode: 'direct', permission: 'emergency_rollback' },
    title: () => 'Create the chain',
    summarize: (payload) =>
      `Created the chain with ${payload.members.length} member(s) and ${payload.validators.length} validator(s).`,
    apply(context, payload) {
      const { state, timestamp } = context;
      for (const [key, value] of Object.entries(payload.policies)) {
        const subject = policySubject(key);
        const problem = policyProblem(actions.find(subject.action), subject, value);
        if (problem !== null) return reject('POLICY_NOT_ALLOWED', problem);
        state.put('policies', key, value as Json);
      }
      for (const { member_id, name, level: memberLevel, keys } of payload.members) {
        writeMember(state, { member_id, name, level: memberLevel, status: 'active', keys, added_at: timestamp });
        for (const key of keys) writeMemberKey(context, member_id, key);
      }
      for (const { validator_id, public_key } of payload.validators) {
        writeValidator(state, { validator_id, public_key, status: 'active', added_at: timestamp });
        writeValidatorKey(context, validator_id, public_key);
      }
      for (const [key, value] of Object.entries(payload.parameters)) state.put('parameters', key, value);
      return checkInvariants(state, actions);
    },
  });
}
