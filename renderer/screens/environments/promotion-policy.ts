import type { PolicyView } from '../../../src/api/chain/governance.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';

/** Tells who must agree that an environment is promoted: by a policy of its own, or by the one for all. Null until that is known. */
export function usePromotionPolicy(): (envId: string) => PolicyView | null {
  const { reads } = useServices();
  const { data } = useRead(reads.chain.policies.queryOptions());
  const promotion = (data?.policies ?? []).filter(({ action }) => action === 'promote_environment');
  const policies = new Map(promotion.map((policy) => [policy.env_id, policy]));
  return (envId) => policies.get(envId) ?? policies.get(null) ?? null;
}

/** Whether nobody promotes an environment alone. */
export function isProtected(policy: PolicyView | null): boolean {
  return policy?.policy.mode === 'multisig';
}
