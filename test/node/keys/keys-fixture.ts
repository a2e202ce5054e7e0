import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Keychain, KeychainAccess } from '../../../src/node/keys/keychain.ts';
import {
  decodeVault,
  encodeVault,
  openVault,
  withKeys,
  type VaultEntry,
  type VaultKdf,
  type VaultKeys,
} from '../../../src/node/keys/vault.ts';

/** scrypt so cheap that a property test can run it a hundred times. */
export const CHEAP_KDF: VaultKdf = { n: 2, r: 8, p: 1 };

/** Every file below a directory, as one buffer. */
export function allBytesBelow(directory: string): Buffer {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Buffer.concat(files.map((file) => readFileSync(join(file.parentPath, file.name))));
}

/** A keychain in memory. */
export class MemoryKeychain implements Keychain {
  readonly entries: Map<string, string> = new Map();

  async getPassword(service: string, account: string): Promise<string | null> {
    return this.entries.get(`${service}/${account}`) ?? null;
  }

  async setPassword(service: string, account: string, password: string): Promise<void> {
    this.entries.set(`${service}/${account}`, password);
  }

  async deletePassword(service: string, account: string): Promise<boolean> {
    return this.entries.delete(`${service}/${account}`);
  }

  access(): KeychainAccess {
    return { available: true, name: 'memory', keychain: this };
  }
}

export const NO_KEYCHAIN: KeychainAccess = {
  available: false,
  name: 'Secret Service',
  reason: 'there is none in this test',
};

/** A key file as only somebody with its passphrase can write it, and as the product would not. */
export async function rewriteVault(
  bytes: Uint8Array,
  passphrase: string,
  change: (entries: readonly VaultEntry[], keys: VaultKeys) => readonly VaultEntry[],
): Promise<Uint8Array> {
  const vault = decodeVault(bytes);
  const keys = await openVault(vault, passphrase);
  return encodeVault(withKeys(vault, change(vault.keys, keys), keys));
}

/** With the last bit of its tag the other way round. */
export function damagedEntry(entry: VaultEntry): VaultEntry {
  const last = entry.ciphertext.endsWith('0') ? '1' : '0';
  return { ...entry, ciphertext: entry.ciphertext.slice(0, -1) + last };
}
