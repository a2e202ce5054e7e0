import { QuantumLockError } from '../../base/errors.ts';
import type { PublicKey } from '../../base/bytes.ts';
import type { ValidatorRecord } from '../../ledger/state/records.ts';
import { readCheckpointConfig } from '../checkpoints/checkpoint-config.ts';
import { checkpointKeyIn, type CheckpointKey } from '../checkpoints/checkpoint-key.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { readNodeConfig, writeNodeConfig, type NodeConfig } from '../data-directory/node-config.ts';
import type { NextKey, SealingKey } from '../chain/seal-block.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import type { Keyring } from '../keys/keyring.ts';
import { ChainReader } from '../storage/chain-reader.ts';

/** The key that the chain names for a validator now. */
function keyOnChain(dataDirectory: string, validatorId: string): PublicKey | null {
  const { reader, database } = ChainReader.open(dataPaths(dataDirectory).chain, { pageCacheCount: 16 });
  try {
    const text = reader.stateText(reader.height(), 'validators', validatorId);
    return text === undefined ? null : (JSON.parse(text) as ValidatorRecord).public_key;
  } finally {
    database.close();
  }
}

/** The keys that this node seals with: first the one that the chain names, then those that it may name next. */
async function sealingKeys(dataDirectory: string, keyring: Keyring): Promise<readonly [KeyInfo, ...KeyInfo[]]> {
  const { validator } = readNodeConfig(dataDirectory);
  const keys = await keyring.list();
  const onChain = keyOnChain(dataDirectory, validator.validator_id);
  const present = keys.find(({ public_key }) => public_key === onChain);
  if (present === undefined)
    throw new QuantumLockError(
      'KEY_NOT_FOUND',
      onChain === null
        ? `${validator.validator_id} is not a validator of this chain`
        : `the key that ${validator.validator_id} seals with is not on this machine: ${onChain}`,
      { advice: 'Import it here (`dm key import`), or start the node where it is kept.' },
    );
  // The one named in the configuration too: a block that was decided before a rotation is sealed with the key that was
  // active then.
  const others = keys.filter(
    ({ key_id }) => key_id !== present.key_id && [validator.key_id, validator.next_key_id].includes(key_id),
  );
  return [present, ...others];
}

/**
 * The secrets of this node's keys, for the validator's thread. The encrypted file is open for as long as that takes.
 * @throws KEY_NOT_FOUND, PASSPHRASE_REQUIRED, PASSPHRASE_WRONG, KEYCHAIN_UNAVAILABLE
 */
export async function openSealingKeys(
  dataDirectory: string,
  keyring: Keyring,
  passphrase: string | null,
): Promise<{
  readonly key: SealingKey;
  readonly nextKeys: readonly NextKey[];
  readonly checkpointKeys: readonly CheckpointKey[];
}> {
  const { validator } = readNodeConfig(dataDirectory);
  const key_ids = checkpointKeyIds(dataDirectory);
  const [present, ...others] = await sealingKeys(dataDirectory, keyring);
  if (present.store === 'file' && passphrase === null)
    throw new QuantumLockError('PASSPHRASE_REQUIRED', "the validator's key is encrypted");
  // A key that may only be named next is not a reason to ask: it is prepared again before a change to it is approved.
  const isReadable = ({ store }: KeyInfo): boolean => store === 'keychain' || passphrase !== null;
  const readable = others.filter(isReadable);
  // Nor is one that signs checkpoints: without it the node seals, and its status says that it signs none.
  const signing = (await keyring.list()).filter((key) => key_ids.includes(key.key_id) && isReadable(key));
  if (passphrase !== null && [present, ...readable, ...signing].some(({ store }) => store === 'file'))
    await keyring.file.unlock(passphrase);
  try {
    const read = async ({ key_id, public_key }: KeyInfo): Promise<NextKey> => ({
      publicKey: public_key,
      secret: await keyring.sealingSecret(key_id),
    });
    return {
      key: { validatorId: validator.validator_id, ...(await read(present)) },
      nextKeys: await Promise.all(readable.map(read)),
      checkpointKeys: await Promise.all(signing.map(({ key_id }) => openCheckpointKey(keyring, key_id))),
    };
  } finally {
    keyring.file.lock();
  }
}

/** A configuration that cannot be read keeps no block from being sealed; an alert tells of it. */
function checkpointKeyIds(dataDirectory: string): readonly string[] {
  try {
    return readCheckpointConfig(dataDirectory).key_ids;
  } catch (error) {
    if (error instanceof QuantumLockError) return [];
    throw error;
  }
}

/** Of a store that is open. @throws KEY_NOT_FOUND, SIGNING_LOCKED, KEYCHAIN_UNAVAILABLE */
export async function openCheckpointKey(keyring: Keyring, keyId: string): Promise<CheckpointKey> {
  const signer = await keyring.signer(keyId);
  try {
    return checkpointKeyIn(signer);
  } finally {
    signer.close();
  }
}

/** Names the key that the chain names, once it has: the old one is of no use to this node any more. */
export function settleSealingKey(dataDirectory: string, key: Pick<KeyInfo, 'key_id'>): void {
  const config = readNodeConfig(dataDirectory);
  const { validator_id } = config.validator;
  if (config.validator.key_id === key.key_id) return;
  writeNodeConfig(dataDirectory, { ...config, validator: { validator_id, key_id: key.key_id } });
}

export function nameNextKey(dataDirectory: string, keyId: string | null): void {
  const config: NodeConfig = readNodeConfig(dataDirectory);
  const { validator_id, key_id } = config.validator;
  const next = keyId === null ? {} : { next_key_id: keyId };
  writeNodeConfig(dataDirectory, { ...config, validator: { validator_id, key_id, ...next } });
}
