import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { Deadline } from '../../base/deadline.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { KEY_FILE_OPEN_TTL_MS } from '../../base/limits.ts';
import { readKeyFile, withKeyFilesLock, writeKeyFile } from './key-files.ts';
import {
  assertKeyName,
  assertNewKey,
  generateSecret,
  keyIdOf,
  keyNotFound,
  parseSecretHex,
  type KeyInfo,
  type KeyStore,
} from './key-store.ts';
import {
  assertAuthentic,
  createVault,
  decodeVault,
  DEFAULT_KDF,
  encodeVault,
  openVault,
  sealSecret,
  unsealSecret,
  wipeVaultKeys,
  withKeys,
  type Vault,
  type VaultEntry,
  type VaultKdf,
  type VaultKeys,
} from './vault.ts';

export interface FileKeyStoreOptions {
  /** `<data>/keys`. */
  readonly directory: string;
  readonly clock: () => number;
  /** Tests derive cheaply; a vault keeps the parameters that it was made with. */
  readonly kdf?: VaultKdf;
}

/** The vault opened with its passphrase for one key, or for all; apart from whether the store itself is unlocked. */
export interface VaultSession {
  /** 32 bytes, which the caller wipes. @throws KEY_NOT_FOUND also for a key that it was not opened for */
  secret(keyId: string): Uint8Array;
  /** Removes the key from the file. @throws KEY_NOT_FOUND, STORAGE_FAILED */
  remove(keyId: string): void;
  close(): void;
}

/** Private keys in one file, encrypted under a passphrase: for servers, and where no OS keychain answers. */
export class FileKeyStore implements KeyStore {
  readonly kind = 'file';
  readonly #directory: string;
  readonly #path: string;
  readonly #clock: () => number;
  readonly #kdf: VaultKdf;
  /** The caller that unlocks it locks it again; where that is missed, the clocks do. */
  #open: { readonly keys: VaultKeys; readonly until: Deadline } | null = null;

  constructor(options: FileKeyStoreOptions) {
    this.#directory = options.directory;
    this.#path = join(options.directory, 'vault.json');
    this.#clock = options.clock;
    this.#kdf = options.kdf ?? DEFAULT_KDF;
  }

  /** Whether a vault was made here. */
  get exists(): boolean {
    return existsSync(this.#path);
  }

  get unlocked(): boolean {
    return this.#heldKeys() !== null;
  }

  /** Makes an empty vault and unlocks it. @throws PASSPHRASE_WEAK, KEY_EXISTS */
  async initialise(passphrase: string): Promise<void> {
    const { vault, keys } = await createVault(passphrase, this.#kdf);
    this.#replace(keys, () => {
      if (this.exists) throw new QuantumLockError('KEY_EXISTS', 'there is an encrypted key file already');
      return vault;
    });
  }

  /** Keeps the derived key in memory until {@link lock}. @throws PASSPHRASE_WRONG, STORAGE_CORRUPT, KEY_NOT_FOUND */
  async unlock(passphrase: string): Promise<void> {
    this.#hold(await openVault(this.#read(), passphrase));
  }

  lock(): void {
    if (this.#open !== null) wipeVaultKeys(this.#open.keys);
    this.#open = null;
  }

  /**
   * Opens the vault for one caller; where a key is named, for that key alone.
   * @throws PASSPHRASE_WRONG, STORAGE_CORRUPT, KEY_NOT_FOUND
   */
  async openSession(passphrase: string, onlyKeyId?: string): Promise<VaultSession> {
    const keys = await openVault(this.#read(), passphrase);
    let open = true;
    const assertMay = (keyId: string): void => {
      if (!open) throw locked();
      if (onlyKeyId !== undefined && keyId !== onlyKeyId) throw keyNotFound(keyId);
    };
    return {
      secret: (keyId) => {
        assertMay(keyId);
        return this.#secret(keyId, keys);
      },
      remove: (keyId) => {
        assertMay(keyId);
        this.#change(keys, (entries) => without(entries, keyId));
      },
      close: () => {
        open = false;
        wipeVaultKeys(keys);
      },
    };
  }

  /** Re-encrypts every key under another passphrase. @throws PASSPHRASE_WRONG, PASSPHRASE_WEAK */
  async changePassphrase(current: string, next: string): Promise<void> {
    const before = this.#read();
    const currentKeys = await openVault(before, current);
    try {
      const { vault, keys } = await createVault(next, this.#kdf);
      this.#replace(keys, () => {
        const latest = this.#read();
        assertAuthentic(latest, currentKeys);
        const entries = latest.keys.map((entry) => {
          const secret = unsealSecret(entry, currentKeys);
          try {
            return sealSecret(infoOf(entry), secret, keys);
          } finally {
            secret.fill(0);
          }
        });
        return withKeys(vault, entries, keys);
      });
    } finally {
      wipeVaultKeys(currentKeys);
    }
  }

  async list(): Promise<readonly KeyInfo[]> {
    return this.exists ? this.#read().keys.map(infoOf) : [];
  }

  async create(name: string): Promise<KeyInfo> {
    return this.#add(name, generateSecret());
  }

  async import(name: string, secretHex: string): Promise<KeyInfo> {
    return this.#add(name, parseSecretHex(secretHex));
  }

  async secret(keyId: string): Promise<Uint8Array> {
    return this.#secret(keyId, this.#unlockedKeys());
  }

  async remove(keyId: string): Promise<void> {
    this.#change(this.#unlockedKeys(), (entries) => without(entries, keyId));
  }

  #add(name: string, { secret, public_key }: ReturnType<typeof generateSecret>): KeyInfo {
    try {
      assertKeyName(name);
      const key: KeyInfo = { key_id: keyIdOf(public_key), name, public_key, store: 'file', created_at: this.#clock() };
      const keys = this.#unlockedKeys();
      this.#change(keys, (entries) => {
        assertNewKey(entries, key);
        return [...entries, sealSecret(key, secret, keys)];
      });
      return key;
    } finally {
      secret.fill(0);
    }
  }

  /** Writes a vault that is encrypted again, and holds the keys to it. */
  #replace(keys: VaultKeys, vault: () => Vault): void {
    try {
      withKeyFilesLock(this.#directory, () => writeKeyFile(this.#path, encodeVault(vault())));
    } catch (error) {
      wipeVaultKeys(keys);
      throw error;
    }
    this.#hold(keys);
  }

  #change(keys: VaultKeys, change: (entries: readonly VaultEntry[]) => readonly VaultEntry[]): void {
    withKeyFilesLock(this.#directory, () => {
      const vault = this.#read();
      assertAuthentic(vault, keys);
      writeKeyFile(this.#path, encodeVault(withKeys(vault, change(vault.keys), keys)));
    });
  }

  #secret(keyId: string, keys: VaultKeys): Uint8Array {
    const vault = this.#read();
    assertAuthentic(vault, keys);
    const entry = vault.keys.find((key) => key.key_id === keyId);
    if (entry === undefined) throw keyNotFound(keyId);
    return unsealSecret(entry, keys);
  }

  #read(): Vault {
    const bytes = readKeyFile(this.#path);
    if (bytes !== null) return decodeVault(bytes);
    throw new QuantumLockError('KEY_NOT_FOUND', 'there is no encrypted key file here yet', {
      advice: 'Create a key first: `dm key create --key-store file`.',
    });
  }

  #hold(keys: VaultKeys): void {
    this.lock();
    const clocks = { wall: this.#clock, monotonic: () => performance.now() };
    this.#open = { keys, until: new Deadline(clocks, KEY_FILE_OPEN_TTL_MS) };
  }

  #heldKeys(): VaultKeys | null {
    if (this.#open?.until.isOver === true) this.lock();
    return this.#open?.keys ?? null;
  }

  #unlockedKeys(): VaultKeys {
    const keys = this.#heldKeys();
    if (keys === null) throw locked();
    return keys;
  }
}

function without(entries: readonly VaultEntry[], keyId: string): readonly VaultEntry[] {
  const rest = entries.filter((entry) => entry.key_id !== keyId);
  if (rest.length === entries.length) throw keyNotFound(keyId);
  return rest;
}

function infoOf({ key_id, name, public_key, store, created_at }: VaultEntry): KeyInfo {
  return { key_id, name, public_key, store, created_at };
}

function locked(): QuantumLockError {
  return new QuantumLockError('SIGNING_LOCKED', 'the encrypted key file is locked');
}
