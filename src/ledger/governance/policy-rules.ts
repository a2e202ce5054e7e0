import type { Action, Operation, StateAccess } from '../actions/action.ts';
import type { Policy, StoredPolicy } from '../state-types.ts';

/** Where a policy stands in the namespace `policies`. */
export function policyKey({ action, envId }: Pick<Operation, 'action' | 'envId'>): string {
  return envId === null ? action : `${action}/${envId}`;
}

/** The operation that a key of the namespace `policies` speaks of. */
export function policySubject(key: string): Pick<Operation, 'action' | 'envId'> {
  const slash = key.indexOf('/');
  return slash === -1 ? { action: key, envId: null } : { action: key.slice(0, slash), envId: key.slice(slash + 1) };
}

/** The policy of an operation: its environment's own, else the action's on this chain, else the action's default. */
export function policyIn(
  state: Pick<StateAccess, 'get'>,
  operation: Pick<Operation, 'action' | 'envId'>,
  find: (name: string) => Action | undefined,
): Policy {
  const subjects = operation.envId === null ? [operation] : [operation, { ...operation, envId: null }];
  for (const subject of subjects) {
    const stored = state.get('policies', policyKey(subject)) as StoredPolicy | undefined;
    if (stored !== undefined && stored.mode !== 'default') return stored;
  }
  return find(operation.action)?.defaultPolicy ?? { mode: 'direct', permission: 'emergency_rollback' };
}

/** Why an action cannot have this policy; null where it can. */
export function policyProblem(
  action: Action | undefined,
  { action: name, envId }: Pick<Operation, 'action' | 'envId'>,
  policy: StoredPolicy,
): string | null {
  if (action === undefined || action.kind === 'control' || name === 'batch') return `${name} has no policy to set`;
  if (envId !== null && action.kind !== 'environment') return `${name} is not about one environment`;
  if (policy.mode === 'default') return null;
  if (action.kind === 'governance') {
    if (policy.mode !== 'multisig') return `${name} always needs approvals`;
    if (policy.role !== 'administrator' && policy.role !== 'validator')
      return `${name} is approved by validators or administrators`;
  } else if (policy.mode === 'direct' && policy.permission === 'read_blockchain') {
    return 'reading gives no right to change';
  }
  return null;
}
