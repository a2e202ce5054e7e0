import { describe, expect, test } from 'vitest';

import { encodeCanonical } from '../../../src/base/canonical.ts';
import { KDF_SCRYPT_N_MAX, KEYS_COUNT_MAX, PASSPHRASE_SIZE_BYTES_MAX } from '../../../src/base/limits.ts';
import { generateSecret, keyIdOf, type KeyInfo } from '../../../src/node/keys/key-store.ts';
import {
  assertPassphrase,
  createVault,
  decodeVault,
  encodeVault,
  openVault,
  sealSecret,
  unsealSecret,
  withKeys,
  type VaultEntry,
  type VaultKeys,
} from '../../../src/node/keys/vault.ts';
import { coded } from '../../coded.ts';
import { CHEAP_KDF, damagedEntry } from './keys-fixture.ts';

const PASSPHRASE = 'correct horse battery';

const { secret, public_key } = generateSecret();
const key: KeyInfo = { key_id: keyIdOf(public_key), name: 'ada', public_key, store: 'file', created_at: 1 };

type Fields = Readonly<Record<string, unknown>>;

/** A key file with one key, as bytes and as the JSON in it. */
async function newFile(): Promise<{ keys: VaultKeys; entry: VaultEntry; bytes: Uint8Array; json: Fields }> {
  const { vault, keys } = await createVault(PASSPHRASE, CHEAP_KDF);
  const entry = sealSecret(key, secret, keys);
  const bytes = encodeVault(withKeys(vault, [entry], keys));
  return { keys, entry, bytes, json: JSON.parse(Buffer.from(bytes).toString()) as Fields };
}

describe('a passphrase', () => {
  test.each(['8 chars!', 'é1é2é3é4', '\u{1f600}1234567', 'ab'.repeat(PASSPHRASE_SIZE_BYTES_MAX / 2)])(
    'may be %j, and opens what it closed',
    async (passphrase) => {
      const { vault } = await createVault(passphrase, CHEAP_KDF);
      await expect(openVault(vault, passphrase)).resolves.toMatchObject({ salt: vault.salt });
      await expect(openVault(vault, `${passphrase.slice(0, -1)}?`)).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    },
  );

  test.each([
    ['', 'PASSPHRASE_WEAK'],
    ['7 chars', 'PASSPHRASE_WEAK'],
    ['\u{1f600}\u{1f601}'.repeat(3), 'PASSPHRASE_WEAK'],
    ['é'.repeat(8), 'PASSPHRASE_WEAK'],
    [`${'ab'.repeat(PASSPHRASE_SIZE_BYTES_MAX / 2)}c`, 'LIMIT_EXCEEDED'],
    [`${'é'.repeat(PASSPHRASE_SIZE_BYTES_MAX / 2)}c`, 'LIMIT_EXCEEDED'],
  ])('may not be %j', (passphrase, code) => {
    expect(() => assertPassphrase(passphrase)).toThrow(coded(code));
  });
});

describe('a key file', () => {
  test('is read as it was written', async () => {
    const { bytes, entry, keys } = await newFile();
    const vault = decodeVault(bytes);
    expect(vault.keys).toEqual([entry]);
    expect(encodeVault(vault)).toEqual(bytes);
    expect(unsealSecret(entry, keys)).toEqual(secret);
  });

  test('holds up to its limit of keys, and one above it is damaged', async () => {
    const { json } = await newFile();
    const withCount = (count: number): Uint8Array =>
      encodeCanonical({ ...json, keys: Array.from({ length: count }, () => (json['keys'] as Fields[])[0]) });
    for (const count of [0, KEYS_COUNT_MAX - 1, KEYS_COUNT_MAX])
      expect(decodeVault(withCount(count)).keys).toHaveLength(count);
    expect(() => decodeVault(withCount(KEYS_COUNT_MAX + 1))).toThrow(coded('STORAGE_CORRUPT'));
  });

  test.each([2, 4, 2 ** 17, KDF_SCRYPT_N_MAX])('may have been derived with N = %i', async (n) => {
    const { json } = await newFile();
    expect(decodeVault(encodeCanonical({ ...json, kdf: { n, r: 8, p: 1 } })).kdf).toEqual({ n, r: 8, p: 1 });
  });

  test.each<[string, unknown]>([
    ['N of 0', { n: 0, r: 8, p: 1 }],
    ['N of 1', { n: 1, r: 8, p: 1 }],
    ['N that is no power of two', { n: 3, r: 8, p: 1 }],
    ['N as text', { n: '4', r: 8, p: 1 }],
    ['N above its limit', { n: KDF_SCRYPT_N_MAX * 2, r: 8, p: 1 }],
    ['no N', { r: 8, p: 1 }],
    ['another r', { n: 2, r: 9, p: 1 }],
    ['another p', { n: 2, r: 8, p: 2 }],
    ['null', null],
    ['a list', [2, 8, 1]],
  ])('is not derived with %s', async (_, kdf) => {
    const { json } = await newFile();
    expect(() => decodeVault(encodeCanonical({ ...json, kdf }))).toThrow(coded('STORAGE_CORRUPT'));
  });

  test.each<[string, (json: Fields, entry: Fields) => unknown]>([
    ['null', () => null],
    ['a list', (json) => [json]],
    ['text', () => 'quantum-lock/vault/v1'],
    ['of another format', (json) => ({ ...json, format: 'quantum-lock/vault/v2' })],
    ['with a short salt', (json) => ({ ...json, salt: '0x00' })],
    ['with a check that is no hex', (json) => ({ ...json, check: `0x${'zz'.repeat(32)}` })],
    ['with no MAC', ({ mac: _, ...json }) => json],
    ['with a number for the MAC', (json) => ({ ...json, mac: 1 })],
    ['with a record for keys', (json, entry) => ({ ...json, keys: { 0: entry } })],
    ['with null for a key', (json) => ({ ...json, keys: [null] })],
    ['with text for a key', (json) => ({ ...json, keys: ['ada'] })],
    ['with a list for a key', (json, entry) => ({ ...json, keys: [[entry]] })],
    ['with a key of another id', (json, entry) => ({ ...json, keys: [{ ...entry, key_id: 'key-0' }] })],
    ['with a long nonce', (json, entry) => ({ ...json, keys: [{ ...entry, nonce: `0x${'00'.repeat(13)}` }] })],
    ['with a short ciphertext', (json, entry) => ({ ...json, keys: [{ ...entry, ciphertext: '0x00' }] })],
  ])('is damaged where it is %s', async (_, damaged) => {
    const { json } = await newFile();
    const [entry] = json['keys'] as Fields[];
    const bytes = encodeCanonical(damaged(json, entry ?? {}));
    expect(() => decodeVault(bytes)).toThrow(coded('STORAGE_CORRUPT'));
  });

  test('that is no JSON keeps the reason', () => {
    expect(() => decodeVault(Buffer.from('x'))).toThrow(
      expect.objectContaining({ code: 'STORAGE_CORRUPT', cause: expect.any(Error) as unknown }),
    );
  });
});

describe('a private key in the file', () => {
  test('that is damaged is not given out, though all around it is authentic', async () => {
    const { entry, keys } = await newFile();
    expect(() => unsealSecret(damagedEntry(entry), keys)).toThrow(coded('STORAGE_CORRUPT'));
  });

  test('is not given out under another name or time', async () => {
    const { entry, keys } = await newFile();
    expect(() => unsealSecret({ ...entry, name: 'grace' }, keys)).toThrow(coded('STORAGE_CORRUPT'));
    expect(() => unsealSecret({ ...entry, created_at: 2 }, keys)).toThrow(coded('STORAGE_CORRUPT'));
  });

  test('is not given out for a key that it is not of', async () => {
    const { keys } = await newFile();
    const exchanged = sealSecret(key, generateSecret().secret, keys);
    expect(() => unsealSecret(exchanged, keys)).toThrow(coded('KEY_INVALID'));
  });
});
