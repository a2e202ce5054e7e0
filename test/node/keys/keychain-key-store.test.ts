import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { encodeHex } from '../../../src/base/bytes.ts';
import { encodeCanonical } from '../../../src/base/canonical.ts';
import { KEYS_COUNT_MAX } from '../../../src/base/limits.ts';
import { writeKeyFile } from '../../../src/node/keys/key-files.ts';
import type { KeyInfo } from '../../../src/node/keys/key-store.ts';
import { KEYCHAIN_SERVICE } from '../../../src/node/keys/keychain.ts';
import { KeychainKeyStore } from '../../../src/node/keys/keychain-key-store.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { MemoryKeychain, NO_KEYCHAIN } from './keys-fixture.ts';

const SECRET_HEX = `0x${'2e'.repeat(32)}`;
const OTHER_HEX = `0x${'2f'.repeat(32)}`;
const FORMAT = 'quantum-lock/keys/v1';

interface Store {
  readonly store: KeychainKeyStore;
  readonly keychain: MemoryKeychain;
  readonly path: string;
}

function newStore(keychain = new MemoryKeychain(), directory = join(temporaryDirectory(), 'keys')): Store {
  const store = new KeychainKeyStore({ directory, clock: () => 1, access: async () => keychain.access() });
  return { store, keychain, path: join(directory, 'keys.json') };
}

describe('KeychainKeyStore', () => {
  test('gives a key back, and forgets it in the keychain and in the list', async () => {
    const { store, keychain } = newStore();
    const [ada, grace] = [await store.import('ada', SECRET_HEX), await store.create('grace')];
    expect(await store.list()).toEqual([ada, grace]);
    expect(encodeHex(await store.secret(ada.key_id))).toBe(SECRET_HEX);
    await store.remove(ada.key_id);
    expect(await store.list()).toEqual([grace]);
    expect([...keychain.entries.keys()]).toEqual([`${KEYCHAIN_SERVICE}/${grace.key_id}`]);
  });

  test('knows only the keys of its list, whatever else the keychain holds', async () => {
    const { store, keychain } = newStore();
    await store.import('ada', SECRET_HEX);
    keychain.entries.set(`${KEYCHAIN_SERVICE}/key-0`, OTHER_HEX);
    await expect(store.secret('key-0')).rejects.toThrow(coded('KEY_NOT_FOUND'));
    await expect(store.remove('key-0')).rejects.toThrow(coded('KEY_NOT_FOUND'));
    expect(keychain.entries.size).toBe(2);
  });

  test('a name or a key that is there already, or no name, leaves the keychain as it was', async () => {
    const { store, keychain } = newStore();
    await store.import('ada', SECRET_HEX);
    const before = new Map(keychain.entries);
    await expect(store.import('ada', OTHER_HEX)).rejects.toThrow(coded('KEY_EXISTS'));
    await expect(store.import('grace', SECRET_HEX)).rejects.toThrow(coded('KEY_EXISTS'));
    await expect(store.import(' grace', OTHER_HEX)).rejects.toThrow(coded('INPUT_INVALID'));
    expect(keychain.entries).toEqual(before);
  });

  test('a name that another process took while the keychain was asked is refused', async () => {
    const { store, path } = newStore();
    const fast = newStore(new MemoryKeychain(), join(path, '..'));
    const slow = new MemoryKeychain();
    slow.setPassword = async () => void (await fast.store.import('ada', SECRET_HEX));
    const late = newStore(slow, join(path, '..')).store;
    await expect(late.import('ada', OTHER_HEX)).rejects.toThrow(coded('KEY_EXISTS'));
    expect((await store.list()).map(({ name }) => name)).toEqual(['ada']);
  });

  test('lists no key that the keychain did not take, and still lists one that it did not forget', async () => {
    const { store, keychain, path } = newStore();
    const works = keychain.setPassword.bind(keychain);
    keychain.setPassword = () => Promise.reject(new Error('Cannot create an item in a locked collection'));
    await expect(store.create('ada')).rejects.toThrow(coded('KEYCHAIN_UNAVAILABLE'));
    expect(existsSync(path)).toBe(false);
    keychain.setPassword = works;
    const key = await store.create('ada');
    keychain.deletePassword = () => Promise.reject(new Error('dismissed'));
    await expect(store.remove(key.key_id)).rejects.toThrow(coded('KEYCHAIN_UNAVAILABLE'));
    expect(await store.list()).toEqual([key]);
    keychain.getPassword = () => Promise.reject(new Error('dismissed'));
    await expect(store.secret(key.key_id)).rejects.toThrow(coded('KEYCHAIN_UNAVAILABLE'));
  });

  test('needs no keychain to list, to refuse a name or to say that a key is not there', async () => {
    const directory = join(temporaryDirectory(), 'keys');
    const store = new KeychainKeyStore({ directory, clock: () => 1, access: async () => NO_KEYCHAIN });
    expect(await store.list()).toEqual([]);
    await expect(store.create('')).rejects.toThrow(coded('INPUT_INVALID'));
    await expect(store.secret('key-0')).rejects.toThrow(coded('KEY_NOT_FOUND'));
    await expect(store.remove('key-0')).rejects.toThrow(coded('KEY_NOT_FOUND'));
  });
});

describe('the list of the keychain’s keys', () => {
  const listOf = (keys: unknown): Uint8Array => encodeCanonical({ format: FORMAT, keys });

  async function storeWithKey(): Promise<{ store: KeychainKeyStore; path: string; entry: Omit<KeyInfo, 'store'> }> {
    const { store, path } = newStore();
    const { key_id, name, public_key, created_at } = await store.import('ada', SECRET_HEX);
    return { store, path, entry: { key_id, name, public_key, created_at } };
  }

  test('holds up to its limit, and one above it is damaged', async () => {
    const { store, path, entry } = await storeWithKey();
    for (const count of [0, KEYS_COUNT_MAX - 1, KEYS_COUNT_MAX]) {
      writeFileSync(path, listOf(Array.from({ length: count }, () => entry)));
      expect(await store.list()).toHaveLength(count);
    }
    writeFileSync(path, listOf(Array.from({ length: KEYS_COUNT_MAX + 1 }, () => entry)));
    await expect(store.list()).rejects.toThrow(coded('STORAGE_CORRUPT'));
  });

  test('takes no key beyond its limit', async () => {
    const { store, path, entry } = await storeWithKey();
    writeFileSync(path, listOf(Array.from({ length: KEYS_COUNT_MAX }, () => entry)));
    await expect(store.import('grace', OTHER_HEX)).rejects.toThrow(coded('LIMIT_EXCEEDED'));
  });

  test.each<[string, (entry: Readonly<Record<string, unknown>>) => unknown]>([
    ['null', () => null],
    ['a number', () => 1],
    ['text', () => FORMAT],
    ['a list', (entry) => [entry]],
    ['without a format', (entry) => ({ keys: [entry] })],
    ['of another format', (entry) => ({ format: 'quantum-lock/keys/v2', keys: [entry] })],
    ['without keys', () => ({ format: FORMAT })],
    ['with text for keys', () => ({ format: FORMAT, keys: 'none' })],
    ['with a record for keys', (entry) => ({ format: FORMAT, keys: { 0: entry } })],
    ['with null for a key', () => ({ format: FORMAT, keys: [null] })],
    ['with a list for a key', (entry) => ({ format: FORMAT, keys: [[entry]] })],
    ['with a key that has no name', ({ name: _, ...entry }) => ({ format: FORMAT, keys: [entry] })],
    ['with another key’s id', (entry) => ({ format: FORMAT, keys: [{ ...entry, key_id: 'key-0' }] })],
  ])('is damaged where it is %s, and stays as it is', async (_, damaged) => {
    const { store, path, entry } = await storeWithKey();
    const bytes = encodeCanonical(damaged({ ...entry }));
    writeFileSync(path, bytes);
    await expect(store.list()).rejects.toThrow(coded('STORAGE_CORRUPT'));
    await expect(store.secret(entry.key_id)).rejects.toThrow(coded('STORAGE_CORRUPT'));
    await expect(store.create('grace')).rejects.toThrow(coded('STORAGE_CORRUPT'));
    expect(readFileSync(path)).toEqual(Buffer.from(bytes));
  });

  test('that is no JSON keeps the reason', async () => {
    const { store, path } = newStore();
    writeKeyFile(path, 'x');
    await expect(store.list()).rejects.toThrow(
      expect.objectContaining({ code: 'STORAGE_CORRUPT', cause: expect.any(Error) as unknown }),
    );
  });
});
