import type { KeyView } from '../../src/api/chain/members.ts';
import type { Identity } from '../../src/api/operator/keys.ts';
import { useServices } from '../services.ts';
import { useRead } from '../stores/use-read.ts';
import { useNode } from '../stores/use-stores.ts';

/** What the chain has on record of a key. */
export interface KnownKey extends Pick<KeyView, 'status' | 'retired_at'> {
  /** Whose it is, or was: a member's name, or `validator <id>`. */
  readonly whose: string;
}

/** Every key that is, or was, in use on the chain, by public key; undefined until that is read. */
export function useKnownKeys(): ReadonlyMap<string, KnownKey> | undefined {
  const { reads } = useServices();
  const members = useRead(reads.chain.members.queryOptions()).data?.members;
  const validators = useRead(reads.chain.validators.queryOptions()).data?.validators;
  if (members === undefined || validators === undefined) return undefined;
  return new Map<string, KnownKey>([
    ...members.flatMap(({ name, keys }) => keys.map((key) => known(key, name))),
    ...validators.flatMap(({ validator_id, keys }) => keys.map((key) => known(key, `validator ${validator_id}`))),
  ]);
}

/** The keys of this machine that were never in use on the chain; undefined until that is known. */
export function useUnusedKeys(): readonly Identity[] | undefined {
  const identities = useNode((state) => state.keys?.identities);
  const onChain = useKnownKeys();
  return onChain === undefined ? undefined : identities?.filter(({ public_key }) => !onChain.has(public_key));
}

function known({ public_key, status, retired_at }: KeyView, whose: string): readonly [string, KnownKey] {
  return [public_key, { status, retired_at, whose }];
}
