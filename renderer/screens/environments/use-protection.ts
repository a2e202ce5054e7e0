import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useNode } from '../../stores/use-stores.ts';

/** Tells which environments nobody promotes alone: by a policy of their own, or by the one for all. */
export function useProtection(): (envId: string) => boolean {
  const { client } = useServices();
  const governanceHeight = useNode((state) => state.governanceHeight);
  const { data } = useRead('policies', (signal) => client.chain.policies(undefined, { signal }), {
    refresh: governanceHeight,
  });
  const promotion = (data?.policies ?? []).filter(({ action }) => action === 'promote_environment');
  const modes = new Map(promotion.map(({ env_id, policy }) => [env_id, policy.mode]));
  return (envId) => (modes.get(envId) ?? modes.get(null)) === 'multisig';
}
