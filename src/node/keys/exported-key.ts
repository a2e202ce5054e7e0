import { encodeHex } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { EXPORTED_KEY_SIZE_BYTES_MAX } from '../../base/limits.ts';
import type { KeyInfo } from './key-store.ts';
import {
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
} from './vault.ts';

/** A key outside its store: a vault of its own with that one key, encrypted again under a passphrase of its own. */

/**
 * The bytes of an exported key file. The caller wipes the secret.
 * @throws PASSPHRASE_WEAK, LIMIT_EXCEEDED
 */
export async function encodeExportedKey(
  { key, secret, passphrase }: { readonly key: KeyInfo; readonly secret: Uint8Array; readonly passphrase: string },
  kdf: VaultKdf = DEFAULT_KDF,
): Promise<Uint8Array> {
  const { vault, keys } = await createVault(passphrase, kdf);
  try {
    return encodeVault(withKeys(vault, [sealSecret({ ...key, store: 'file' }, secret, keys)], keys));
  } finally {
    wipeVaultKeys(keys);
  }
}

/** Whether these bytes are meant to be an exported key: what else a key comes as is bare hex. */
export function isExportedKey(bytes: Uint8Array): boolean {
  return bytes[0] === '{'.charCodeAt(0);
}

/** What the file says of its key without the passphrase; not yet to be believed. @throws DOCUMENT_INVALID */
export function readExportedKey(bytes: Uint8Array): KeyInfo {
  return decode(bytes).key;
}

/** The key, and its 32 bytes, which the caller wipes. @throws DOCUMENT_INVALID, PASSPHRASE_WRONG */
export async function openExportedKey(
  bytes: Uint8Array,
  passphrase: string,
): Promise<{ readonly key: KeyInfo; readonly secret: Uint8Array }> {
  const { vault, entry, key } = decode(bytes);
  const keys = await openVault(vault, passphrase).catch((error: unknown) => {
    throw asDocument(error);
  });
  try {
    return { key, secret: unsealSecret(entry, keys) };
  } catch (error) {
    throw asDocument(error);
  } finally {
    wipeVaultKeys(keys);
  }
}

/** A private key as it came in a file. */
export interface TakenKey {
  /** Null where the file brings no name. */
  readonly name: string | null;
  /** Not yet checked where the file holds bare digits. */
  readonly secretHex: string;
}

/**
 * The private key in the bytes of a file: an exported key, with the passphrase that it was exported under, or 64 hex digits
 * on the first line.
 * @throws DOCUMENT_INVALID, PASSPHRASE_REQUIRED, PASSPHRASE_WRONG
 */
export async function takeKey(bytes: Uint8Array, passphrase: string | undefined): Promise<TakenKey> {
  if (!isExportedKey(bytes))
    return { name: null, secretHex: Buffer.from(bytes).toString('latin1').split('\n')[0] ?? '' };
  if (passphrase === undefined)
    throw new QuantumLockError('PASSPHRASE_REQUIRED', 'the exported key is encrypted', {
      advice: 'Give the passphrase that it was exported with.',
    });
  const { key, secret } = await openExportedKey(bytes, passphrase);
  try {
    return { name: key.name, secretHex: encodeHex(secret) };
  } finally {
    secret.fill(0);
  }
}

function decode(bytes: Uint8Array): { readonly vault: Vault; readonly entry: VaultEntry; readonly key: KeyInfo } {
  if (bytes.length > EXPORTED_KEY_SIZE_BYTES_MAX)
    throw invalid(`is larger than ${EXPORTED_KEY_SIZE_BYTES_MAX} bytes: it holds something other than one key`);
  let vault: Vault;
  try {
    vault = decodeVault(bytes);
  } catch (error) {
    throw asDocument(error);
  }
  const [entry, ...rest] = vault.keys;
  if (entry === undefined || rest.length > 0) throw invalid(`holds ${vault.keys.length} keys, not one`);
  const { key_id, name, public_key, store, created_at } = entry;
  return { vault, entry, key: { key_id, name, public_key, store, created_at } };
}

function invalid(what: string, cause?: unknown): QuantumLockError {
  return new QuantumLockError('DOCUMENT_INVALID', `the exported key file ${what}`, {
    cause,
    advice: 'Export the key again where it is kept: dm key export KEY --output FILE.',
  });
}

/** The vault's own errors speak of the file in the data directory. */
function asDocument(error: unknown): unknown {
  if (!(error instanceof QuantumLockError)) return error;
  switch (error.code) {
    case 'STORAGE_CORRUPT':
    case 'KEY_INVALID':
      return invalid('is damaged, or is not an exported key', error);
    case 'PASSPHRASE_WRONG':
      return new QuantumLockError('PASSPHRASE_WRONG', 'the passphrase is not the one that this key was exported under');
    default:
      return error;
  }
}
