import { QuantumLockError } from '../../base/errors.ts';
import { readNodeConfig } from '../data-directory/node-config.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import type { Keyring } from '../keys/keyring.ts';
import { readGeneratedPassphrase } from '../keys/passphrase.ts';
import type { QuantumNode } from '../quantum-node.ts';
import type { SigningDesk } from '../signing/signing-desk.ts';
import type { KeyNeed } from '../signing/subjects/key-removal.ts';
import type { ProvedKey } from '../signing/subjects/possession.ts';
import { addCheckpointKeyId, readCheckpointConfig } from '../checkpoints/checkpoint-config.ts';
import { checkpointKeyOf } from '../checkpoints/checkpoint-key.ts';
import { nameNextKey, openCheckpointKey, settleSealingKey } from './sealing-key.ts';

/** Whose keys they are: all of it changes with the data directory. */
interface KeysHost {
  readonly dataDirectory: string;
  readonly keyring: Keyring;
  readonly desk: SigningDesk;
  /** @throws NODE_STOPPED while no chain is open */
  readonly node: QuantumNode;
}

/** The keys that the validator of this machine seals with: the one of now, and the one that the chain may name next. */
export class ValidatorKeys {
  readonly #host: KeysHost;

  constructor(host: KeysHost) {
    this.#host = host;
  }

  /** After a change of validators: names in the configuration the key that the chain names. */
  async settle(): Promise<void> {
    const { node, keyring, dataDirectory } = this.#host;
    const { validators } = await node.query.validators();
    const own = validators.find(({ is_here }) => is_here);
    const key = (await keyring.list()).find(({ public_key }) => public_key === own?.public_key);
    if (key !== undefined) settleSealingKey(dataDirectory, key);
  }

  /** Lets this node seal with a key once the chain names it. @throws PASSPHRASE_REQUIRED, PASSPHRASE_WRONG */
  async prepare(key: KeyInfo, passphrase: string | null): Promise<void> {
    const { keyring, dataDirectory } = this.#host;
    const given = passphrase ?? readGeneratedPassphrase(dataDirectory);
    if (key.store === 'keychain' || keyring.file.unlocked)
      return this.#hold(key, await keyring.sealingSecret(key.key_id));
    if (given === null) throw new QuantumLockError('PASSPHRASE_REQUIRED', `the key "${key.name}" is encrypted`);
    const session = await keyring.file.openSession(given);
    try {
      await this.#hold(key, session.secret(key.key_id));
    } finally {
      session.close();
    }
  }

  /** Lets this node sign checkpoints with a key once the chain names it. @throws PASSPHRASE_REQUIRED, PASSPHRASE_WRONG */
  async prepareForCheckpoints(key: KeyInfo, passphrase: string | null): Promise<void> {
    const { keyring, dataDirectory, node } = this.#host;
    const given = passphrase ?? readGeneratedPassphrase(dataDirectory);
    addCheckpointKeyId(dataDirectory, key.key_id);
    if (key.store === 'keychain' || keyring.file.unlocked)
      return node.checkpoints.addKey(await openCheckpointKey(keyring, key.key_id));
    if (given === null) throw new QuantumLockError('PASSPHRASE_REQUIRED', `the key "${key.name}" is encrypted`);
    const session = await keyring.file.openSession(given, key.key_id);
    const secret = session.secret(key.key_id);
    try {
      node.checkpoints.addKey(checkpointKeyOf(secret));
    } finally {
      secret.fill(0);
      session.close();
    }
  }

  /** A key that was proved to be held for this node's own validator may be named by the chain next. */
  async onProved({ subject, key, signer }: ProvedKey): Promise<void> {
    if (subject === `validator/${this.#host.node.validatorId ?? ''}`) await this.#hold(key, signer.copySecret());
  }

  /** Why a key must stay here; null where it may go. */
  needOf({ key_id }: KeyInfo): KeyNeed | null {
    const { validator, acting_key_id } = readNodeConfig(this.#host.dataDirectory);
    if (readCheckpointConfig(this.#host.dataDirectory).key_ids.includes(key_id))
      return { why: 'this node signs checkpoints with it, or is prepared to.' };
    if (key_id === validator.key_id) return { why: 'this node seals with it. Replace the key of the validator first.' };
    return key_id === acting_key_id ? { why: 'it is the one that acts now. Choose another identity first.' } : null;
  }

  /** A key that is removed is not waited for: the node takes no change to it any more, and nothing signs with it unasked. */
  async onRemoval({ key_id, public_key }: KeyInfo): Promise<void> {
    const { desk, dataDirectory } = this.#host;
    if (desk.unlocked?.key_id === key_id) desk.lockSession();
    if (key_id !== readNodeConfig(dataDirectory).validator.next_key_id) return;
    await this.#host.node.dropSealingKey(public_key);
    nameNextKey(dataDirectory, null);
  }

  /** On the disk first, so that a restart knows it too. */
  async #hold({ key_id, public_key }: KeyInfo, secret: Uint8Array): Promise<void> {
    const { dataDirectory, node } = this.#host;
    nameNextKey(dataDirectory, key_id);
    await node.addSealingKey({ publicKey: public_key, secret });
  }
}
