import type { Identity } from '../../src/api/views/operator.ts';
import { useServices } from '../services.ts';
import { useLiveRead } from '../stores/use-live-read.ts';
import { useNode } from '../stores/use-stores.ts';

/** The keys of this machine that were never in use on the chain; undefined until that is known. */
export function useUnusedKeys(): readonly Identity[] | undefined {
  const { client } = useServices();
  const identities = useNode((state) => state.keys?.identities);
  const used = useLiveRead('keys in use', async (signal) => {
    const [{ members }, { validators }] = await Promise.all([
      client.chain.members(undefined, { signal }),
      client.chain.validators(undefined, { signal }),
    ]);
    return new Set<string>([...members, ...validators].flatMap(({ keys }) => keys.map((key) => key.public_key)));
  });
  const known = used.data;
  if (known === undefined) return undefined;
  return identities?.filter(({ public_key }) => !known.has(public_key));
}
