import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';

/** Tells which environments nobody promotes alone: by a policy of their own, or by the one for all. */
export function useProtection(): (envId: string) => boolean {
  const { reads } = useServices();
  const { data } = useRead(reads.chain.policies.queryOptions());
  const promotion = (data?.policies ?? []).filter(({ action }) => action === 'promote_environment');
  const modes = new Map(promotion.map(({ env_id, policy }) => [env_id, policy.mode]));
  return (envId) => (modes.get(envId) ?? modes.get(null)) === 'multisig';
}
