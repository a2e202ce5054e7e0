import type { Action, PolicySubject } from './action.ts';
import type { StateAccess } from '../state/access.ts';
import type { Policy, StoredPolicy } from '../state/records.ts';

/** Where a policy is in the namespace `policies`. */
export function policyKey({ action, envId }: PolicySubject): string {
  return envId === null ? action : `${action}/${envId}`;
}

/** The operation that a key of the namespace `policies` speaks of. */
export function policySubject(key: string): PolicySubject {
  const slash = key.indexOf('/');
  return slash === -1 ? { action: key, envId: null } : { action: key.slice(0, slash), envId: key.slice(slash + 1) };
}

/** The policy of an operation: its environment's own, else the action's on this chain, else the action's default. */
export function policyIn(
  state: Pick<StateAccess, 'get'>,
  operation: PolicySubject,
  find: (name: string) => Action | undefined,
): Policy {
  const subjects = operation.envId === null ? [operation] : [operation, { ...operation, envId: null }];
  for (const subject of subjects) {
    const stored = state.get('policies', policyKey(subject)) as StoredPolicy | undefined;
    if (stored !== undefined && stored.mode !== 'default') return stored;
  }
  return find(operation.action)?.defaultPolicy ?? { mode: 'direct', permission: 'emergency_rollback' };
}

/** The policy that would be in force if `next` stood there. */
export function policyWith(
  state: Pick<StateAccess, 'get'>,
  subject: PolicySubject,
  next: StoredPolicy,
  find: (name: string) => Action | undefined,
): Policy {
  const place = policyKey(subject);
  return policyIn(
    { get: (namespace, key) => (namespace === 'policies' && key === place ? next : state.get(namespace, key)) },
    subject,
    find,
  );
}

/** Whether an action's policy can be set; that of the others is fixed, or is that of each of its parts. */
export function hasPolicy(action: Action | undefined): action is Action {
  return action !== undefined && action.kind !== 'control' && !action.isComposed;
}

/** Why an action cannot have this policy; null where it can. */
export function policyProblem(
  action: Action | undefined,
  { action: name, envId }: PolicySubject,
  policy: StoredPolicy,
): string | null {
  if (!hasPolicy(action)) return `${name} has no policy to set`;
  if (envId !== null && action.kind !== 'environment') return `${name} is not about one environment`;
  if (policy.mode === 'default') return null;
  if (action.kind === 'governance') {
    if (policy.mode !== 'multisig') return `${name} always needs approvals`;
    if (policy.role !== 'administrator' && policy.role !== 'validator')
      return `${name} is approved by validators or administrators`;
  } else if (policy.mode === 'direct' && policy.permission === 'read_blockchain') {
    return 'read_blockchain cannot authorise a change';
  }
  return null;
}
