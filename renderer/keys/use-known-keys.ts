import type { KeyView } from '../../src/api/chain/members.ts';
import { useServices } from '../services.ts';
import { useLiveRead } from '../stores/use-live-read.ts';

/** What the chain has on record of a key. */
export interface KnownKey extends Pick<KeyView, 'status' | 'retired_at'> {
  /** Whose it is, or was: a member's name, or `validator <id>`. */
  readonly whose: string;
}

/** Every key that is, or was, in use on the chain, by public key; undefined until that is read. */
export function useKnownKeys(): ReadonlyMap<string, KnownKey> | undefined {
  const { client } = useServices();
  const reading = useLiveRead('known keys', async (signal) => {
    const [{ members }, { validators }] = await Promise.all([
      client.chain.members(undefined, { signal }),
      client.chain.validators(undefined, { signal }),
    ]);
    return new Map<string, KnownKey>([
      ...members.flatMap(({ name, keys }) => keys.map((key) => known(key, name))),
      ...validators.flatMap(({ validator_id, keys }) => keys.map((key) => known(key, `validator ${validator_id}`))),
    ]);
  });
  return reading.data;
}

function known({ public_key, status, retired_at }: KeyView, whose: string): readonly [string, KnownKey] {
  return [public_key, { status, retired_at, whose }];
}
