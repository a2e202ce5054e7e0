import { join } from 'node:path';

import { QuantumLockError } from '../../base/errors.ts';
import { FileKeyStore, type FileKeyStoreOptions } from './file-key-store.ts';
import {
  assertNewKey,
  keyNotFound,
  parseSecretHex,
  type KeyInfo,
  type KeyStore,
  type KeyStoreKind,
} from './key-store.ts';
import { probeKeychain, type KeychainAccess } from './keychain.ts';
import { KeychainKeyStore } from './keychain-key-store.ts';
import { openSigner, type Signer } from './signer.ts';

export interface KeyringOptions {
  readonly clock: () => number;
  /** The keychain, tried at its first use; tests give their own. */
  readonly probe?: () => Promise<KeychainAccess>;
  readonly kdf?: FileKeyStoreOptions['kdf'];
}

/** All keys of this machine: those in the OS keychain and those in the encrypted file, side by side. */
export class Keyring {
  readonly file: FileKeyStore;
  readonly #keychainStore: KeychainKeyStore;
  readonly #probe: () => Promise<KeychainAccess>;
  #access: Promise<KeychainAccess> | null = null;

  constructor(dataDir: string, options: KeyringOptions) {
    const { clock, kdf } = options;
    const directory = join(dataDir, 'keys');
    this.#probe = options.probe ?? probeKeychain;
    this.file = new FileKeyStore({ directory, clock, ...(kdf === undefined ? {} : { kdf }) });
    this.#keychainStore = new KeychainKeyStore({ directory, clock, access: () => this.keychain() });
  }

  /** Whether the OS keychain answers, tried once. */
  keychain(): Promise<KeychainAccess> {
    this.#access ??= this.#probe();
    return this.#access;
  }

  /** Oldest first. */
  async list(): Promise<readonly KeyInfo[]> {
    const keys = [...(await this.#keychainStore.list()), ...(await this.file.list())];
    return keys.toSorted((left, right) => left.created_at - right.created_at);
  }

  /** By id, name or public key. @throws KEY_NOT_FOUND, INPUT_INVALID where a name stands for two keys */
  async find(selector: string): Promise<KeyInfo> {
    const keys = await this.list();
    const exact = keys.find((key) => key.key_id === selector || key.public_key === selector);
    if (exact !== undefined) return exact;
    const [first, second] = keys.filter((key) => key.name === selector);
    if (first === undefined) throw keyNotFound(selector);
    if (second === undefined) return first;
    throw new QuantumLockError(
      'INPUT_INVALID',
      `two keys are named "${selector}": ${first.key_id} and ${second.key_id}`,
    );
  }

  /** @throws KEY_EXISTS, KEYCHAIN_UNAVAILABLE, SIGNING_LOCKED, INPUT_INVALID */
  async create(key: { readonly name: string; readonly store: KeyStoreKind }): Promise<KeyInfo> {
    await this.#assertNewName(key.name);
    return this.#store(key.store).create(key.name);
  }

  /** @throws KEY_EXISTS, KEY_INVALID, KEYCHAIN_UNAVAILABLE, SIGNING_LOCKED, INPUT_INVALID */
  async import(key: {
    readonly name: string;
    readonly store: KeyStoreKind;
    readonly secretHex: string;
  }): Promise<KeyInfo> {
    const { secret, public_key } = parseSecretHex(key.secretHex);
    secret.fill(0);
    assertNewKey(await this.list(), { name: key.name, public_key });
    return this.#store(key.store).import(key.name, key.secretHex);
  }

  /** The key to sign with, which the caller closes. @throws KEY_NOT_FOUND, KEY_INVALID, SIGNING_LOCKED, KEYCHAIN_UNAVAILABLE */
  async signer(keyId: string): Promise<Signer> {
    const key = await this.find(keyId);
    return openSigner(key, await this.#store(key.store).secret(key.key_id));
  }

  /** A copy of a key's 32 bytes for the thread that seals, which wipes them. @throws as {@link signer} */
  async sealingSecret(keyId: string): Promise<Uint8Array> {
    const signer = await this.signer(keyId);
    try {
      return signer.copySecret();
    } finally {
      signer.close();
    }
  }

  async remove(keyId: string): Promise<void> {
    const key = await this.find(keyId);
    await this.#store(key.store).remove(key.key_id);
  }

  /** Forgets what was derived from a passphrase. */
  close(): void {
    this.file.lock();
  }

  async #assertNewName(name: string): Promise<void> {
    if ((await this.list()).some((key) => key.name === name)) {
      throw new QuantumLockError('KEY_EXISTS', `there is a key named "${name}"`);
    }
  }

  #store(kind: KeyStoreKind): KeyStore {
    return kind === 'file' ? this.file : this.#keychainStore;
  }
}

/** The keys under `<dataDir>/keys`. Touches neither the disk nor the keychain before it is asked for something. */
export function openKeyring(dataDir: string, options: KeyringOptions): Keyring {
  return new Keyring(dataDir, options);
}
