import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { encodeHex } from '../../../src/base/bytes.ts';
import { KEY_FILE_OPEN_TTL_MS } from '../../../src/base/limits.ts';
import { FileKeyStore } from '../../../src/node/keys/file-key-store.ts';
import { decodeVault, encodeVault } from '../../../src/node/keys/vault.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { CHEAP_KDF, damagedEntry, rewriteVault } from './keys-fixture.ts';

const PASSPHRASE = 'correct horse battery';
const OTHER_PASSPHRASE = 'another one altogether';
const SECRET_HEX = `0x${'1f'.repeat(32)}`;

interface OpenFile {
  readonly store: FileKeyStore;
  readonly path: string;
  readonly keyId: string;
  readonly otherId: string;
  readonly clock: { now: number };
}

/** A key file with two keys, unlocked. */
async function openFile(): Promise<OpenFile> {
  const directory = join(temporaryDirectory(), 'keys');
  const clock = { now: 1_700_000_000_000 };
  const store = new FileKeyStore({ directory, clock: () => clock.now, kdf: CHEAP_KDF });
  await store.initialise(PASSPHRASE);
  const { key_id: keyId } = await store.import('ada', SECRET_HEX);
  const { key_id: otherId } = await store.create('grace');
  return { store, path: join(directory, 'vault.json'), keyId, otherId, clock };
}

const namesIn = async (store: FileKeyStore): Promise<readonly string[]> => (await store.list()).map(({ name }) => name);

describe('an open key file', () => {
  test('locks itself when its time is over, and not before', async () => {
    const { store, keyId, clock } = await openFile();
    // A little of it has gone by on the clock that nobody sets.
    clock.now += KEY_FILE_OPEN_TTL_MS - 1;
    expect(store.unlocked).toBe(true);
    expect(encodeHex(await store.secret(keyId))).toBe(SECRET_HEX);
    clock.now += 1;
    await expect(store.secret(keyId)).rejects.toThrow(coded('SIGNING_LOCKED'));
    expect(store.unlocked).toBe(false);
    clock.now -= 1;
    expect(store.unlocked).toBe(false);
  });

  test('has its time anew each time it is opened', async () => {
    const { store, clock } = await openFile();
    clock.now += KEY_FILE_OPEN_TTL_MS - 1;
    await store.unlock(PASSPHRASE);
    clock.now += KEY_FILE_OPEN_TTL_MS - 1;
    expect(store.unlocked).toBe(true);
    clock.now += 1;
    expect(store.unlocked).toBe(false);
  });

  test('that is locked changes and gives nothing', async () => {
    const { store, keyId } = await openFile();
    store.lock();
    await expect(store.secret(keyId)).rejects.toThrow(coded('SIGNING_LOCKED'));
    await expect(store.remove(keyId)).rejects.toThrow(coded('SIGNING_LOCKED'));
    await expect(store.import('new', `0x${'2f'.repeat(32)}`)).rejects.toThrow(coded('SIGNING_LOCKED'));
    expect(await namesIn(store)).toEqual(['ada', 'grace']);
  });

  test('is left as it is by a change that fails', async () => {
    const { store, path, keyId } = await openFile();
    const before = readFileSync(path);
    await expect(store.create('ada')).rejects.toThrow(coded('KEY_EXISTS'));
    await expect(store.remove('key-0')).rejects.toThrow(coded('KEY_NOT_FOUND'));
    await expect(store.changePassphrase(PASSPHRASE, 'weak')).rejects.toThrow(coded('PASSPHRASE_WEAK'));
    await expect(store.initialise(OTHER_PASSPHRASE)).rejects.toThrow(coded('KEY_EXISTS'));
    expect(readFileSync(path)).toEqual(before);
    expect(encodeHex(await store.secret(keyId))).toBe(SECRET_HEX);
  });
});

describe('a session', () => {
  test('for one key gives and removes that one alone', async () => {
    const { store, keyId, otherId } = await openFile();
    const session = await store.openSession(PASSPHRASE, keyId);
    expect(() => session.secret(otherId)).toThrow(coded('KEY_NOT_FOUND'));
    expect(() => session.remove(otherId)).toThrow(coded('KEY_NOT_FOUND'));
    expect(await namesIn(store)).toEqual(['ada', 'grace']);
    session.remove(keyId);
    expect(await namesIn(store)).toEqual(['grace']);
    expect(() => session.secret(keyId)).toThrow(coded('KEY_NOT_FOUND'));
  });

  test('for all keys gives and removes each', async () => {
    const { store, keyId, otherId } = await openFile();
    const session = await store.openSession(PASSPHRASE);
    expect(encodeHex(session.secret(keyId))).toBe(SECRET_HEX);
    expect(session.secret(otherId)).toHaveLength(32);
    session.remove(keyId);
    session.remove(otherId);
    expect(await store.list()).toEqual([]);
  });

  test('that has ended gives and removes nothing, and says that it is locked', async () => {
    const { store, keyId } = await openFile();
    const session = await store.openSession(PASSPHRASE);
    session.close();
    expect(() => session.secret(keyId)).toThrow(coded('SIGNING_LOCKED'));
    expect(() => session.remove(keyId)).toThrow(coded('SIGNING_LOCKED'));
    expect(await namesIn(store)).toEqual(['ada', 'grace']);
  });
});

describe('a new passphrase', () => {
  test('opens the store, and keeps the key that another process added meanwhile', async () => {
    const { store, path, keyId } = await openFile();
    const other = new FileKeyStore({ directory: join(path, '..'), clock: () => 1, kdf: CHEAP_KDF });
    await other.unlock(PASSPHRASE);
    store.lock();
    const changing = store.changePassphrase(PASSPHRASE, OTHER_PASSPHRASE);
    const added = other.create('late');
    await Promise.all([added, changing]);
    expect(store.unlocked).toBe(true);
    expect(encodeHex(await store.secret(keyId))).toBe(SECRET_HEX);
    expect(await namesIn(store)).toEqual(['ada', 'grace', 'late']);
    await expect(other.create('later')).rejects.toThrow(coded('SIGNING_LOCKED'));
  });

  test('takes over nothing that somebody without the old one wrote meanwhile', async () => {
    const { store, path } = await openFile();
    const changing = store.changePassphrase(PASSPHRASE, OTHER_PASSPHRASE);
    const vault = decodeVault(readFileSync(path));
    // A key is dropped, and the rest is as it was.
    const written = encodeVault({ ...vault, keys: vault.keys.slice(1) });
    writeFileSync(path, written);
    await expect(changing).rejects.toThrow(coded('STORAGE_CORRUPT'));
    expect(readFileSync(path)).toEqual(Buffer.from(written));
  });

  test('is not taken where a key cannot be read, and the old one still opens the rest', async () => {
    const { store, path, keyId, otherId } = await openFile();
    const bytes = await rewriteVault(readFileSync(path), PASSPHRASE, (entries) =>
      entries.map((entry) => (entry.key_id === otherId ? damagedEntry(entry) : entry)),
    );
    writeFileSync(path, bytes);
    await expect(store.changePassphrase(PASSPHRASE, OTHER_PASSPHRASE)).rejects.toThrow(coded('STORAGE_CORRUPT'));
    const session = await store.openSession(PASSPHRASE);
    expect(encodeHex(session.secret(keyId))).toBe(SECRET_HEX);
    expect(() => session.secret(otherId)).toThrow(coded('STORAGE_CORRUPT'));
  });
});
