import { createHash, randomFillSync } from 'node:crypto';

import { decodeHex, isPublicKey, type PublicKey } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { KEY_NAME_LENGTH_MAX, KEYS_COUNT_MAX } from '../../base/limits.ts';
import { publicKeyOf } from '../../ledger/crypto/signature.ts';

export type KeyStoreKind = 'keychain' | 'file';

/** What anyone on this machine may know of a key. */
export interface KeyInfo {
  readonly key_id: string;
  readonly name: string;
  readonly public_key: PublicKey;
  readonly store: KeyStoreKind;
  /** Unix milliseconds. */
  readonly created_at: number;
}

/** Where private keys live. A secret leaves it only for the signer, which wipes it after use. */
export interface KeyStore {
  readonly kind: KeyStoreKind;
  list(): Promise<readonly KeyInfo[]>;
  create(name: string): Promise<KeyInfo>;
  /** @throws KEY_INVALID, KEY_EXISTS */
  import(name: string, secretHex: string): Promise<KeyInfo>;
  /** 32 bytes, which the caller wipes. @throws KEY_NOT_FOUND, SIGNING_LOCKED, KEYCHAIN_UNAVAILABLE */
  secret(keyId: string): Promise<Uint8Array>;
  /** Forgets the key permanently. @throws KEY_NOT_FOUND */
  remove(keyId: string): Promise<void>;
}

/** A key's id follows from its public key, so the same key imported twice is the same key. */
export function keyIdOf(publicKey: PublicKey): string {
  return `key-${createHash('sha256').update('quantum-lock/key-id/v1').update(decodeHex(publicKey)).digest('hex').slice(0, 16)}`;
}

/** A new private key: 32 random bytes within the order of the curve, which all but 1 in 2^127 are. */
export function generateSecret(): { readonly secret: Uint8Array; readonly public_key: PublicKey } {
  // Filled in place: of a copy, what it was copied from would be left unwiped.
  const secret = randomFillSync(new Uint8Array(32));
  return { secret, public_key: publicKeyOf(secret) };
}

/** @throws KEY_INVALID, with nothing of the input in the message */
export function parseSecretHex(text: string): { readonly secret: Uint8Array; readonly public_key: PublicKey } {
  const digits = text.trim().replace(/^0x/, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits)) {
    throw new QuantumLockError('KEY_INVALID', 'the private key is not 64 hex digits');
  }
  const secret = decodeHex(`0x${digits}`);
  return { secret, public_key: publicKeyOf(secret) };
}

/** The secret, which must belong to the key that it was stored for. @throws KEY_INVALID */
export function assertSecretOf(secret: Uint8Array, key: KeyInfo): void {
  let publicKey: PublicKey | null = null;
  try {
    publicKey = publicKeyOf(secret);
  } catch (error) {
    if (!(error instanceof QuantumLockError)) throw error;
  }
  if (publicKey === key.public_key) return;
  secret.fill(0);
  throw new QuantumLockError('KEY_INVALID', `the stored private key of "${key.name}" is not of ${key.public_key}`, {
    advice: 'Import the key again: what is stored is damaged or was replaced.',
  });
}

// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;

/** @throws INPUT_INVALID */
export function assertKeyName(name: string): void {
  if (name.length === 0 || name.length > KEY_NAME_LENGTH_MAX || name.trim() !== name || CONTROL_CHARACTER.test(name)) {
    throw new QuantumLockError(
      'INPUT_INVALID',
      `a key's name is 1 to ${KEY_NAME_LENGTH_MAX} characters on one line, without spaces around it`,
    );
  }
}

/** @throws KEY_EXISTS, LIMIT_EXCEEDED */
export function assertNewKey(keys: readonly KeyInfo[], key: Pick<KeyInfo, 'name' | 'public_key'>): void {
  for (const existing of keys) {
    if (existing.name === key.name) {
      throw new QuantumLockError('KEY_EXISTS', `there is a key named "${key.name}" (${existing.key_id})`);
    }
    if (existing.public_key === key.public_key) {
      throw new QuantumLockError(
        'KEY_EXISTS',
        `this key already exists, named "${existing.name}" (${existing.key_id})`,
      );
    }
  }
  if (keys.length >= KEYS_COUNT_MAX) {
    throw new QuantumLockError('LIMIT_EXCEEDED', `there are ${KEYS_COUNT_MAX} keys, the most that one machine holds`);
  }
}

/** Reads the public part of a key from a file. Returns null where it is not one. */
export function decodeKeyInfo(value: Readonly<Record<string, unknown>>, store: KeyStoreKind): KeyInfo | null {
  const { key_id, name, public_key, created_at } = value;
  if (!isPublicKey(public_key) || key_id !== keyIdOf(public_key) || typeof name !== 'string') return null;
  if (typeof created_at !== 'number' || !Number.isSafeInteger(created_at)) return null;
  return { key_id, name, public_key, store, created_at };
}

export function keyNotFound(selector: string): QuantumLockError {
  return new QuantumLockError('KEY_NOT_FOUND', `there is no key "${selector}" here`);
}
