import type { PublicKey } from '../../base/bytes.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { holdsChain } from '../data-directory/holds-chain.ts';
import { readNodeConfig, writeNodeConfig } from '../data-directory/node-config.ts';
import { guardStorage, isUnreadable } from '../data-directory/storage-errors.ts';
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
    const { validator_id } = config.validator;
    const sealing = sealingKeyOf(reader, validator_id);
    const own = keys.find(({ public_key }) => public_key === sealing);
    const acting =
      keys.find(({ key_id }) => key_id === config.acting_key_id) ??
      keys.find(({ public_key }) => newest<KeyRecord>(reader, 'members', keyPlace(public_key))?.status === 'active');
    const named = {
      ...config,
      validator: own === undefined ? config.validator : { validator_id, key_id: own.key_id },
      acting_key_id: acting?.key_id ?? config.acting_key_id,
    };
    if (named.validator.key_id !== config.validator.key_id || named.acting_key_id !== config.acting_key_id)
      writeNodeConfig(root, named);
    return missingOf(validator_id, sealing, keys);
  } finally {
    database.close();
  }
}

/** The keys that the node of a directory needs and this machine has not; none where nothing that can be read there tells. */
export async function missingKeysOf(root: string, keyring: Pick<Keyring, 'list'>): Promise<readonly MissingKey[]> {
  if (!holdsChain(root)) return [];
  const keys = await keyring.list();
  try {
    const { validator_id } = readNodeConfig(root).validator;
    return missingOf(validator_id, sealingKeyIn(root, validator_id), keys);
  } catch (error) {
    // What is damaged is what a restore is for.
    if (isUnreadable(error)) return [];
    throw error;
  }
}

function sealingKeyIn(root: string, validatorId: string): PublicKey | null {
  const { reader, database } = ChainReader.open(dataPaths(root).chain, { pageCacheCount: 16 });
  try {
    return guardStorage(root, () => sealingKeyOf(reader, validatorId));
  } finally {
    database.close();
  }
}

/** What the newest state of a chain has under a key. */
function newest<T>(reader: ChainReader, namespace: 'members' | 'validators', key: string): T | null {
  const text = reader.stateText(reader.height(), namespace, key);
  return text === undefined ? null : (JSON.parse(text) as T);
}

function sealingKeyOf(reader: ChainReader, validatorId: string): PublicKey | null {
  return newest<ValidatorRecord>(reader, 'validators', validatorId)?.public_key ?? null;
}

function missingOf(
  validatorId: string,
  sealing: PublicKey | null,
  keys: readonly { readonly public_key: PublicKey }[],
): readonly MissingKey[] {
  if (sealing === null || keys.some(({ public_key }) => public_key === sealing)) return [];
  return [{ of: `the validator ${validatorId}`, public_key: sealing }];
}
