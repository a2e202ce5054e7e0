import type { Services } from '../services.ts';
import { useNow } from './clock.ts';
import { useNode } from './use-stores.ts';

/** Which key acts, and whether it signs without being asked: the host's, and told to every tab. */

type Asked = Pick<Services, 'client' | 'node'>;

export async function actAs({ client, node }: Asked, keyId: string): Promise<void> {
  node.setState({ keys: await client.operator.selectIdentity({ key_id: keyId }) });
}

export async function lockSigning({ client, node }: Asked): Promise<void> {
  node.setState({ keys: await client.operator.lockSession() });
}

/** The key that signs without its passphrase or code, and until when (Unix milliseconds); null where each signature is asked for. */
export function useUnlockedKey(): { readonly name: string; readonly until: number } | null {
  const keys = useNode((state) => state.keys);
  const now = useNow();
  if (keys === null || keys.unlocked_until === null || keys.unlocked_until <= now) return null;
  const name = keys.identities.find(({ key_id }) => key_id === keys.unlocked_key_id)?.name ?? 'a key';
  return { name, until: keys.unlocked_until };
}
