import { join } from 'node:path';

import { encodeHex } from '../../base/bytes.ts';
import { decodeCanonical, encodeCanonical } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { KEYS_COUNT_MAX } from '../../base/limits.ts';
import { readKeyFile, withKeyFilesLock, writeKeyFile } from './key-files.ts';
import {
  assertKeyName,
  assertNewKey,
  assertSecretOf,
  decodeKeyInfo,
  generateSecret,
  keyIdOf,
  keyNotFound,
  parseSecretHex,
  type KeyInfo,
  type KeyStore,
} from './key-store.ts';
import { callKeychain, KEYCHAIN_SERVICE, requireKeychain, type Keychain, type KeychainAccess } from './keychain.ts';

export interface KeychainKeyStoreOptions {
  /** `<data>/keys`. */
  readonly directory: string;
  readonly clock: () => number;
  /** Asked at the first use that needs a secret: listing keys needs no keychain. */
  readonly access: () => Promise<KeychainAccess>;
}

const FORMAT = 'quantum-lock/keys/v1';

/**
 * Private keys in the operating system's keychain, one entry each; `keys.json` has what anyone may know of them.
 * keytar takes and gives strings, which JavaScript cannot wipe: they live until they are collected.
 */
export class KeychainKeyStore implements KeyStore {
  readonly kind = 'keychain';
  readonly #directory: string;
  readonly #path: string;
  readonly #clock: () => number;
  readonly #access: () => Promise<KeychainAccess>;

  constructor(options: KeychainKeyStoreOptions) {
    this.#directory = options.directory;
    this.#path = join(options.directory, 'keys.json');
    this.#clock = options.clock;
    this.#access = options.access;
  }

  async list(): Promise<readonly KeyInfo[]> {
    return this.#read();
  }

  async create(name: string): Promise<KeyInfo> {
    return this.#add(name, generateSecret());
  }

  async import(name: string, secretHex: string): Promise<KeyInfo> {
    return this.#add(name, parseSecretHex(secretHex));
  }

  async secret(keyId: string): Promise<Uint8Array> {
    const key = this.#find(keyId);
    const keychain = await this.#keychain();
    const text = await callKeychain(keychain.getPassword(KEYCHAIN_SERVICE, keyId));
    if (text === null) {
      throw new QuantumLockError('KEY_NOT_FOUND', `the keychain no longer holds the private key of "${key.name}"`);
    }
    const { secret } = parseSecretHex(text);
    assertSecretOf(secret, key);
    return secret;
  }

  async remove(keyId: string): Promise<void> {
    this.#find(keyId);
    const keychain = await this.#keychain();
    await callKeychain(keychain.deletePassword(KEYCHAIN_SERVICE, keyId));
    this.#change((keys) => keys.filter((key) => key.key_id !== keyId));
  }

  async #add(name: string, { secret, public_key }: ReturnType<typeof generateSecret>): Promise<KeyInfo> {
    try {
      assertKeyName(name);
      const key: KeyInfo = {
        key_id: keyIdOf(public_key),
        name,
        public_key,
        store: 'keychain',
        created_at: this.#clock(),
      };
      assertNewKey(this.#read(), key);
      const keychain = await this.#keychain();
      await callKeychain(keychain.setPassword(KEYCHAIN_SERVICE, key.key_id, encodeHex(secret)));
      // The secret first: a key that is listed and cannot sign would be worse than an entry that nobody lists.
      this.#change((keys) => {
        assertNewKey(keys, key);
        return [...keys, key];
      });
      return key;
    } finally {
      secret.fill(0);
    }
  }

  async #keychain(): Promise<Keychain> {
    return requireKeychain(await this.#access());
  }

  #find(keyId: string): KeyInfo {
    const key = this.#read().find(({ key_id }) => key_id === keyId);
    if (key === undefined) throw keyNotFound(keyId);
    return key;
  }

  #change(change: (keys: readonly KeyInfo[]) => readonly KeyInfo[]): void {
    withKeyFilesLock(this.#directory, () => {
      const keys = change(this.#read()).map(({ key_id, name, public_key, created_at }) => ({
        key_id,
        name,
        public_key,
        created_at,
      }));
      writeKeyFile(this.#path, encodeCanonical({ format: FORMAT, keys }));
    });
  }

  #read(): readonly KeyInfo[] {
    const bytes = readKeyFile(this.#path);
    return bytes === null ? [] : decodeKeyList(bytes);
  }
}

/** @throws STORAGE_CORRUPT */
function decodeKeyList(bytes: Uint8Array): readonly KeyInfo[] {
  const value: unknown = decodeJson(bytes);
  if (!isRecord(value) || value['format'] !== FORMAT) throw corrupt();
  const { keys } = value;
  if (!Array.isArray(keys) || keys.length > KEYS_COUNT_MAX) throw corrupt();
  return keys.map((key: unknown) => {
    const info = isRecord(key) ? decodeKeyInfo(key, 'keychain') : null;
    if (info === null) throw corrupt();
    return info;
  });
}

function decodeJson(bytes: Uint8Array): unknown {
  try {
    return decodeCanonical(bytes);
  } catch (cause) {
    throw corrupt(cause);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function corrupt(cause?: unknown): QuantumLockError {
  return new QuantumLockError('STORAGE_CORRUPT', 'the list of keychain keys (keys/keys.json) is damaged', {
    cause,
    advice: 'Restore keys/keys.json from a backup; the private keys themselves are in the keychain.',
  });
}
