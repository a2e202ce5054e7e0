import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
  type BinaryLike,
  type ScryptOptions,
} from 'node:crypto';
import { promisify } from 'node:util';

import { decodeHex, encodeHex, encodeUtf8 } from '../../base/bytes.ts';
import { decodeCanonical, encodeCanonical, type Json } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import {
  KDF_SCRYPT_N,
  KDF_SCRYPT_N_MAX,
  KDF_SCRYPT_P,
  KDF_SCRYPT_R,
  KEYS_COUNT_MAX,
  PASSPHRASE_LENGTH_MIN,
  PASSPHRASE_SIZE_BYTES_MAX,
} from '../../base/limits.ts';
import { assertSecretOf, decodeKeyInfo, type KeyInfo } from './key-store.ts';

/**
 * The encrypted key file. The passphrase goes through scrypt (RFC 7914); HKDF (RFC 5869) makes three keys of the
 * result: one checks the passphrase, one encrypts each private key with AES-256-GCM, one authenticates the whole file,
 * so that no entry can be added, dropped, renamed or exchanged without the passphrase.
 */
export interface VaultKdf {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

export interface VaultEntry extends KeyInfo {
  readonly nonce: string;
  /** Ciphertext and the 16-byte tag. */
  readonly ciphertext: string;
}

export interface Vault {
  readonly kdf: VaultKdf;
  readonly salt: string;
  /** HMAC that only the right passphrase gives. */
  readonly check: string;
  readonly keys: readonly VaultEntry[];
  /** HMAC over everything else. */
  readonly mac: string;
}

/** Derived from the passphrase; wiped by {@link wipeVaultKeys}. */
export interface VaultKeys {
  /** The salt they were derived with: another one means that the passphrase was changed meanwhile. */
  readonly salt: string;
  readonly check: Uint8Array;
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
}

export const DEFAULT_KDF: VaultKdf = { n: KDF_SCRYPT_N, r: KDF_SCRYPT_R, p: KDF_SCRYPT_P };
const FORMAT = 'quantum-lock/vault/v1';
const NONCE_SIZE_BYTES = 12;
const TAG_SIZE_BYTES = 16;
const deriveKey = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt);

/** That a new one may be used. @throws PASSPHRASE_WEAK, LIMIT_EXCEEDED */
export function assertPassphrase(passphrase: string): void {
  if (encodeUtf8(passphrase).length > PASSPHRASE_SIZE_BYTES_MAX) {
    throw new QuantumLockError('LIMIT_EXCEEDED', `the passphrase is longer than ${PASSPHRASE_SIZE_BYTES_MAX} bytes`);
  }
  const characters = Array.from(passphrase);
  if (characters.length < PASSPHRASE_LENGTH_MIN) {
    throw new QuantumLockError('PASSPHRASE_WEAK', `the passphrase is shorter than ${PASSPHRASE_LENGTH_MIN} characters`);
  }
  if (new Set(characters).size === 1) {
    throw new QuantumLockError('PASSPHRASE_WEAK', 'the passphrase is one character repeated', {
      advice: 'Use several words, or at least 8 different characters.',
    });
  }
}

async function deriveVaultKeys(passphrase: string, kdf: VaultKdf, salt: string): Promise<VaultKeys> {
  const { n, r, p } = kdf;
  if (encodeUtf8(passphrase).length > PASSPHRASE_SIZE_BYTES_MAX) throw wrongPassphrase();
  // NFKC: the same passphrase typed on another keyboard or system gives the same bytes.
  const password = encodeUtf8(passphrase.normalize('NFKC'));
  // RFC 7914 §2: 128·N·r bytes; the blocks of the lanes are far below a mebibyte.
  const maxmem = 128 * n * r + 1024 * 1024;
  const root = await deriveKey(password, decodeHex(salt), 32, { N: n, r, p, maxmem });
  const expand = (purpose: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', root, new Uint8Array(0), encodeUtf8(`${FORMAT}/${purpose}`), 32));
  const keys = { salt, check: expand('check'), encryption: expand('encryption'), mac: expand('mac') };
  root.fill(0);
  password.fill(0);
  return keys;
}

export function wipeVaultKeys(keys: VaultKeys): void {
  for (const key of [keys.check, keys.encryption, keys.mac]) key.fill(0);
}

/** An empty vault's salt and the keys for it. @throws PASSPHRASE_WEAK */
export async function createVault(passphrase: string, kdf: VaultKdf): Promise<{ vault: Vault; keys: VaultKeys }> {
  assertPassphrase(passphrase);
  const salt = encodeHex(randomBytes(16));
  const keys = await deriveVaultKeys(passphrase, kdf, salt);
  const check = encodeHex(hmac(keys.check, encodeCanonical({ format: FORMAT, kdf, salt })));
  return { vault: withKeys({ kdf, salt, check, keys: [], mac: '' }, [], keys), keys };
}

/** The keys that open this vault. @throws PASSPHRASE_WRONG, STORAGE_CORRUPT */
export async function openVault(vault: Vault, passphrase: string): Promise<VaultKeys> {
  const { kdf, salt } = vault;
  const keys = await deriveVaultKeys(passphrase, kdf, salt);
  try {
    const check = hmac(keys.check, encodeCanonical({ format: FORMAT, kdf, salt }));
    if (!equalDigests(check, vault.check)) throw wrongPassphrase();
    assertAuthentic(vault, keys);
    return keys;
  } catch (error) {
    wipeVaultKeys(keys);
    throw error;
  }
}

/** @throws STORAGE_CORRUPT where the file is not what the holder of the passphrase wrote; SIGNING_LOCKED */
export function assertAuthentic(vault: Vault, keys: VaultKeys): void {
  if (vault.salt !== keys.salt) {
    throw new QuantumLockError('SIGNING_LOCKED', 'the passphrase of the encrypted key file was changed meanwhile', {
      advice: 'Unlock it with the new passphrase.',
    });
  }
  if (equalDigests(hmac(keys.mac, authenticatedBytes(vault)), vault.mac)) return;
  throw corrupt('was changed by someone without the passphrase');
}

export function withKeys(vault: Vault, entries: readonly VaultEntry[], keys: VaultKeys): Vault {
  const changed = { ...vault, keys: entries };
  return { ...changed, mac: encodeHex(hmac(keys.mac, authenticatedBytes(changed))) };
}

export function sealSecret(key: KeyInfo, secret: Uint8Array, keys: VaultKeys): VaultEntry {
  const nonce = randomBytes(NONCE_SIZE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keys.encryption, nonce);
  cipher.setAAD(associatedData(key));
  const ciphertext = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  return { ...key, nonce: encodeHex(nonce), ciphertext: encodeHex(ciphertext) };
}

/** 32 bytes, which the caller wipes. @throws STORAGE_CORRUPT, KEY_INVALID */
export function unsealSecret(entry: VaultEntry, keys: VaultKeys): Uint8Array {
  const sealed = decodeHex(entry.ciphertext);
  const decipher = createDecipheriv('aes-256-gcm', keys.encryption, decodeHex(entry.nonce));
  decipher.setAAD(associatedData(entry));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_SIZE_BYTES));
  const plain = decipher.update(sealed.subarray(0, sealed.length - TAG_SIZE_BYTES));
  try {
    decipher.final();
  } catch (cause) {
    plain.fill(0);
    throw corrupt(`holds a damaged private key for "${entry.name}"`, cause);
  }
  const secret = Uint8Array.from(plain);
  plain.fill(0);
  assertSecretOf(secret, entry);
  return secret;
}

function associatedData({ key_id, name, public_key, created_at }: KeyInfo): Uint8Array {
  return encodeCanonical({ format: FORMAT, key_id, name, public_key, created_at });
}

function plainEntry({ key_id, name, public_key, created_at, nonce, ciphertext }: VaultEntry): Json {
  return { key_id, name, public_key, created_at, nonce, ciphertext };
}

function authenticatedBytes({ kdf, salt, check, keys }: Vault): Uint8Array {
  return encodeCanonical({ format: FORMAT, kdf, salt, check, keys: keys.map(plainEntry) });
}

export function encodeVault(vault: Vault): Uint8Array {
  const { kdf, salt, check, keys, mac } = vault;
  return encodeCanonical({ format: FORMAT, kdf, salt, check, keys: keys.map(plainEntry), mac });
}

/** Reads a vault file, whose holder is not yet known to be honest. @throws STORAGE_CORRUPT */
export function decodeVault(bytes: Uint8Array): Vault {
  const value = readJson(bytes);
  const { format, kdf, salt, check, keys, mac } = value;
  if (format !== FORMAT) throw corrupt('is not a key file of this version');
  if (!isHexOf(salt, 16) || !isHexOf(check, 32) || !isHexOf(mac, 32) || !Array.isArray(keys))
    throw corrupt('is damaged');
  if (keys.length > KEYS_COUNT_MAX) throw corrupt('is damaged');
  return { kdf: decodeKdf(kdf), salt, check, keys: keys.map(decodeEntry), mac };
}

function decodeEntry(value: unknown): VaultEntry {
  if (!isRecord(value)) throw corrupt('is damaged');
  const info = decodeKeyInfo(value, 'file');
  const { nonce, ciphertext } = value;
  if (info === null || !isHexOf(nonce, NONCE_SIZE_BYTES) || !isHexOf(ciphertext, 32 + TAG_SIZE_BYTES))
    throw corrupt('is damaged');
  return { ...info, nonce, ciphertext };
}

function decodeKdf(value: unknown): VaultKdf {
  if (!isRecord(value)) throw corrupt('is damaged');
  const { n, r, p } = value;
  const sane = typeof n === 'number' && n >= 2 && n <= KDF_SCRYPT_N_MAX && Number.isInteger(Math.log2(n));
  if (!sane || r !== KDF_SCRYPT_R || p !== KDF_SCRYPT_P) throw corrupt('asks for an unusual key derivation');
  return { n, r, p };
}

function readJson(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value = decodeCanonical(bytes);
    if (isRecord(value)) return value;
  } catch (cause) {
    throw corrupt('is damaged', cause);
  }
  throw corrupt('is damaged');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHexOf(value: unknown, size: number): value is string {
  return typeof value === 'string' && value.length === 2 + size * 2 && /^0x[0-9a-f]*$/.test(value);
}

function hmac(key: Uint8Array, message: Uint8Array): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

function equalDigests(digest: Buffer, hex: string): boolean {
  return timingSafeEqual(digest, decodeHex(hex));
}

function wrongPassphrase(): QuantumLockError {
  return new QuantumLockError('PASSPHRASE_WRONG', 'the passphrase is not the one of this key file');
}

function corrupt(what: string, cause?: unknown): QuantumLockError {
  return new QuantumLockError('STORAGE_CORRUPT', `the encrypted key file ${what}`, {
    cause,
    advice: 'Restore keys/vault.json from a backup, or import the keys again.',
  });
}
