import { describe, expect, test } from 'vitest';

import { KEY_NAME_LENGTH_MAX, KEYS_COUNT_MAX } from '../../../src/base/limits.ts';
import {
  assertKeyName,
  assertNewKey,
  assertSecretOf,
  decodeKeyInfo,
  generateSecret,
  keyIdOf,
  type KeyInfo,
} from '../../../src/node/keys/key-store.ts';
import { coded } from '../../coded.ts';

function newKey(): { readonly key: KeyInfo; readonly secret: Uint8Array } {
  const { secret, public_key } = generateSecret();
  return { key: { key_id: keyIdOf(public_key), name: 'ada', public_key, store: 'file', created_at: 1 }, secret };
}

describe('a key’s name', () => {
  test.each(['a', 'Operations 2', 'é', 'x'.repeat(KEY_NAME_LENGTH_MAX - 1), 'x'.repeat(KEY_NAME_LENGTH_MAX)])(
    'may be %j',
    (name) => {
      expect(() => assertKeyName(name)).not.toThrow();
    },
  );

  test.each(['', ' ', 'ada ', '\tada', 'a\nb', 'a\u0085b', 'x'.repeat(KEY_NAME_LENGTH_MAX + 1)])(
    'may not be %j',
    (name) => {
      expect(() => assertKeyName(name)).toThrow(coded('INPUT_INVALID'));
    },
  );
});

describe('a new key', () => {
  const other = newKey().key;

  test.each([0, KEYS_COUNT_MAX - 1])('has a place among %i others', (count) => {
    const others = Array.from({ length: count }, (_, index) => ({ ...other, name: `other ${index}` }));
    expect(() => assertNewKey(others, newKey().key)).not.toThrow();
  });

  test.each([KEYS_COUNT_MAX, KEYS_COUNT_MAX + 1])('has none among %i', (count) => {
    const others = Array.from({ length: count }, (_, index) => ({ ...other, name: `other ${index}` }));
    expect(() => assertNewKey(others, newKey().key)).toThrow(coded('LIMIT_EXCEEDED'));
  });
});

describe('a stored private key', () => {
  test('of its public key is left as it is', () => {
    const { key, secret } = newKey();
    const before = Uint8Array.from(secret);
    assertSecretOf(secret, key);
    expect(secret).toEqual(before);
  });

  test.each([
    ['of another key', generateSecret().secret],
    ['out of range', new Uint8Array(32).fill(0xff)],
    ['too short', new Uint8Array(31).fill(1)],
  ])('%s is refused by the name of its key, and wiped', (_, secret) => {
    expect(() => assertSecretOf(secret, newKey().key)).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID', message: expect.stringContaining('"ada"') as unknown }),
    );
    expect(secret.every((byte) => byte === 0)).toBe(true);
  });
});

describe('what a file says of a key', () => {
  const { key } = newKey();
  const other = newKey().key;

  test('is read with the store that it is in', () => {
    expect(decodeKeyInfo({ ...key }, 'keychain')).toEqual({ ...key, store: 'keychain' });
  });

  test.each([
    ['another key’s id', { key_id: other.key_id }],
    ['no public key', { public_key: '0x02' }],
    ['a name that is no text', { name: 7 }],
    ['a time that is text', { created_at: '1' }],
    ['a time with a fraction', { created_at: 1.5 }],
    ['a time out of range', { created_at: 2 ** 53 }],
    ['no time', { created_at: undefined }],
  ])('is nothing with %s', (_, damage) => {
    expect(decodeKeyInfo({ ...key, ...damage }, 'file')).toBeNull();
  });
});
