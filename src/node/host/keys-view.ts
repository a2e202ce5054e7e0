import type { Identity, KeysView } from '../../api/operator/keys.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { holdsChain } from '../data-directory/holds-chain.ts';
import { readNodeConfig } from '../data-directory/node-config.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import { readGeneratedPassphrase } from '../keys/passphrase.ts';
import type { Host } from './host.ts';

/** The keys of this machine, whose they are on the open chain, and what is unlocked. @throws DATA_DIR_GONE */
export async function keysView(host: Host): Promise<KeysView> {
  host.assertStorage();
  const keys = await host.keyring.list();
  const config = holdsChain(host.dataDirectory) ? readNodeConfig(host.dataDirectory) : null;
  const isOpen = (await host.info()).chain !== null;
  const identities = await Promise.all(
    keys.map(async (key): Promise<Identity> => {
      const member = isOpen ? ((await host.node.query.memberOfKey(key.public_key)) ?? null) : null;
      return {
        key_id: key.key_id,
        name: key.name,
        public_key: key.public_key,
        fingerprint: [...fingerprintWords(key.public_key)],
        store: key.store,
        created_at: key.created_at,
        acting: key.key_id === config?.acting_key_id,
        member:
          member === null
            ? null
            : { member_id: member.member_id, name: member.name, level: member.level, status: member.status },
        validator_id: key.key_id === config?.validator.key_id ? config.validator.validator_id : null,
      };
    }),
  );
  return {
    identities,
    key_file: keyFileOf(host),
    unlocked_key_id: host.desk.unlocked?.key_id ?? null,
    unlocked_until: host.desk.unlocked?.until ?? null,
  };
}

/** One of them. @throws KEY_NOT_FOUND */
export async function identityOf(host: Host, { key_id: keyId }: KeyInfo): Promise<Identity> {
  const view = (await keysView(host)).identities.find(({ key_id }) => key_id === keyId);
  if (view === undefined) throw new QuantumLockError('KEY_NOT_FOUND', `the key ${keyId} was made but is not listed`);
  return view;
}

function keyFileOf({ keyring: { file }, dataDirectory }: Host): KeysView['key_file'] {
  if (file.unlocked || readGeneratedPassphrase(dataDirectory) !== null) return 'open';
  return file.exists ? 'locked' : 'absent';
}
