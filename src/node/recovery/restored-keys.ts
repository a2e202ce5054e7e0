import type { PublicKey } from '../../base/bytes.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { holdsChain } from '../data-directory/holds-chain.ts';
import { readNodeConfig, writeNodeConfig } from '../data-directory/node-config.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { KeyRecord, ValidatorRecord } from '../../ledger/state/records.ts';
import { keyPlace } from '../../ledger/state/readers.ts';
import { ChainReader } from '../storage/chain-reader.ts';

/** A key that a restored node needs, and this machine has not. */
export interface MissingKey {
  /** "the validator authority-1" */
  readonly of: string;
  readonly public_key: PublicKey;
}

/**
 * Names in the configuration of a restored directory the keys that are on this machine: they may be known there by other
 * names than where the backup was made. Returns those that are missing.
 * @throws STORAGE_FULL, STORAGE_FAILED
 */
export async function nameRestoredKeys(root: string, keyring: Pick<Keyring, 'list'>): Promise<readonly MissingKey[]> {
  const config = readNodeConfig(root);
  const keys = await keyring.list();
  const { reader, database } = ChainReader.open(dataPaths(root).chain, { pageCacheCount: 64 });
  try {
    const read = <T>(namespace: 'members' | 'validators', key: string): T | null => {
      const text = reader.stateText(reader.height(), namespace, key);
      return text === undefined ? null : (JSON.parse(text) as T);
    };
    const { validator_id } = config.validator;
    const sealing = read<ValidatorRecord>('validators', validator_id)?.public_key ?? null;
    const own = keys.find(({ public_key }) => public_key === sealing);
    const acting =
      keys.find(({ key_id }) => key_id === config.acting_key_id) ??
      keys.find(({ public_key }) => read<KeyRecord>('members', keyPlace(public_key))?.status === 'active');
    const named = {
      ...config,
      validator: own === undefined ? config.validator : { validator_id, key_id: own.key_id },
      acting_key_id: acting?.key_id ?? config.acting_key_id,
    };
    if (named.validator.key_id !== config.validator.key_id || named.acting_key_id !== config.acting_key_id)
      writeNodeConfig(root, named);
    return own !== undefined || sealing === null ? [] : [{ of: `the validator ${validator_id}`, public_key: sealing }];
  } finally {
    database.close();
  }
}

/** The keys that the node of a directory needs and this machine has not; none where there is no chain to tell. */
export async function missingKeysOf(root: string, keyring: Pick<Keyring, 'list'>): Promise<readonly MissingKey[]> {
  if (!holdsChain(root)) return [];
  const { validator_id } = readNodeConfig(root).validator;
  const keys = await keyring.list();
  const { reader, database } = ChainReader.open(dataPaths(root).chain, { pageCacheCount: 16 });
  try {
    const text = reader.stateText(reader.height(), 'validators', validator_id);
    const sealing = text === undefined ? null : (JSON.parse(text) as ValidatorRecord).public_key;
    if (sealing === null || keys.some(({ public_key }) => public_key === sealing)) return [];
    return [{ of: `the validator ${validator_id}`, public_key: sealing }];
  } finally {
    database.close();
  }
}
