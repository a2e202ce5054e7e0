import type { PolicyView } from '../../../../src/api/chain/governance.ts';

/** How a policy is named in an address: the action, or `action/<env_id>`. */
export function policyName({ action, env_id }: Pick<PolicyView, 'action' | 'env_id'>): string {
  return env_id === null ? action : `${action}/${env_id}`;
}
