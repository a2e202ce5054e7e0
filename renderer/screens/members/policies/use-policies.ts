import type { PolicyView } from '../../../../src/api/chain/governance.ts';
import { useServices } from '../../../services.ts';
import { useLiveRead } from '../../../stores/use-live-read.ts';
import type { Reading } from '../../../stores/use-read.ts';

export function usePolicies(): Reading<{ readonly policies: readonly PolicyView[] }> {
  const { client } = useServices();
  return useLiveRead('policies', (signal) => client.chain.policies(undefined, { signal }));
}

/** How a policy is named in an address: the action, or `action/<env_id>`. */
export function policyName({ action, env_id }: Pick<PolicyView, 'action' | 'env_id'>): string {
  return env_id === null ? action : `${action}/${env_id}`;
}
