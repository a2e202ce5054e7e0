import type { Identity } from '../../src/api/operator/keys.ts';
import { useNode } from '../stores/use-stores.ts';
import { useKnownKeys } from './use-known-keys.ts';

/** The keys of this machine that were never in use on the chain; undefined until that is known. */
export function useUnusedKeys(): readonly Identity[] | undefined {
  const identities = useNode((state) => state.keys?.identities);
  const known = useKnownKeys();
  return known === undefined ? undefined : identities?.filter(({ public_key }) => !known.has(public_key));
}
