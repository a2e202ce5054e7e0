import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeHex } from '../../../src/base/bytes.ts';
import { KDF_SCRYPT_N } from '../../../src/base/limits.ts';
import { publicKeyOf } from '../../../src/ledger/crypto/signature.ts';
import { FileKeyStore } from '../../../src/node/keys/file-key-store.ts';
import { keyIdOf } from '../../../src/node/keys/key-store.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { allBytesBelow, CHEAP_KDF } from './keys-fixture.ts';

const PASSPHRASE = 'correct horse battery';
const SECRET_HEX = `0x${'1f'.repeat(32)}`;

function newStore(directory = temporaryDirectory()): { store: FileKeyStore; directory: string; path: string } {
  const store = new FileKeyStore({ directory, clock: () => 1_700_000_000_000, kdf: CHEAP_KDF });
  return { store, directory, path: join(directory, 'vault.json') };
}

describe('FileKeyStore', () => {
  test('gives a key back to who has the passphrase, in another process too', async () => {
    const { store, directory } = newStore();
    await store.initialise(PASSPHRASE);
    const made = await store.create('ada');
    const imported = await store.import('grace', SECRET_HEX);
    expect(imported.key_id).toBe(keyIdOf(imported.public_key));
    const again = newStore(directory).store;
    expect(await again.list()).toEqual([made, imported]);
    await expect(again.secret(made.key_id)).rejects.toThrow(coded('SIGNING_LOCKED'));
    await again.unlock(PASSPHRASE);
    expect(publicKeyOf(await again.secret(made.key_id))).toBe(made.public_key);
    expect(encodeHex(await again.secret(imported.key_id))).toBe(SECRET_HEX);
  });

  test('the real parameters of scrypt work, and are the ones written', async () => {
    const directory = temporaryDirectory();
    const store = new FileKeyStore({ directory, clock: () => 0 });
    await store.initialise(PASSPHRASE);
    await store.create('ada');
    expect(readFileSync(join(directory, 'vault.json'), 'utf8')).toContain(`"kdf":{"n":${KDF_SCRYPT_N},"p":1,"r":8}`);
    const session = await store.openSession(PASSPHRASE);
    session.close();
  });

  test('the file is for its owner only, and holds no secret in the clear', async () => {
    const { store, directory, path } = newStore();
    await store.initialise(PASSPHRASE);
    await store.import('ada', SECRET_HEX);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const bytes = allBytesBelow(directory);
    expect(bytes.includes(Buffer.alloc(32, 0x1f))).toBe(false);
    expect(bytes.includes('1f'.repeat(32))).toBe(false);
    expect(bytes.includes(PASSPHRASE)).toBe(false);
  });

  test.each([
    ['short', 'PASSPHRASE_WEAK'],
    ['aaaaaaaaaaaaaaa', 'PASSPHRASE_WEAK'],
    ['é'.repeat(600), 'LIMIT_EXCEEDED'],
  ])('refuses the passphrase %s with %s', async (passphrase, code) => {
    const { store } = newStore();
    await expect(store.initialise(passphrase)).rejects.toThrow(coded(code));
    expect(store.exists).toBe(false);
  });

  test('a wrong passphrase is PASSPHRASE_WRONG and unlocks nothing', async () => {
    const { store } = newStore();
    await store.initialise(PASSPHRASE);
    store.lock();
    await expect(store.unlock('another passphrase')).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    await expect(store.openSession('x'.repeat(5000))).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    expect(store.unlocked).toBe(false);
  });

  test('the same passphrase in another normal form is the same passphrase', async () => {
    const { store } = newStore();
    await store.initialise('caf\u00e9 caf\u00e9');
    await store.unlock('cafe\u0301 cafe\u0301');
    expect(store.unlocked).toBe(true);
  });

  test('any byte of the file changed is found', async () => {
    const { store, directory, path } = newStore();
    await store.initialise(PASSPHRASE);
    const key = await store.import('ada', SECRET_HEX);
    const good = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (position, flip) => {
        const bad = Buffer.from(good);
        bad[position] = (bad[position] ?? 0) ^ flip;
        writeFileSync(path, bad);
        const reader = newStore(directory).store;
        const use = reader.unlock(PASSPHRASE).then(() => reader.secret(key.key_id));
        await expect(use).rejects.toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^(STORAGE_CORRUPT|PASSPHRASE_WRONG)$/) as unknown }),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('an entry dropped, or taken from an older file, is found', async () => {
    const { store, path } = newStore();
    await store.initialise(PASSPHRASE);
    await store.import('ada', SECRET_HEX);
    const vault = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...vault, keys: [] }));
    await expect(store.create('grace')).rejects.toThrow(coded('STORAGE_CORRUPT'));
    await expect(store.unlock(PASSPHRASE)).rejects.toThrow(coded('STORAGE_CORRUPT'));
  });

  test('a file that asks for gigabytes is refused before anything is derived', async () => {
    const { store, path } = newStore();
    await store.initialise(PASSPHRASE);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"n":2,', '"n":1073741824,'));
    await expect(store.unlock(PASSPHRASE)).rejects.toThrow(coded('STORAGE_CORRUPT'));
  });

  test.each([
    ['not hex', 'zz'],
    ['too short', '0x01'],
    ['zero', `0x${'00'.repeat(32)}`],
    ['the order of the curve', '0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'],
  ])('refuses to import %s, without repeating it', async (_, hex) => {
    const { store } = newStore();
    await store.initialise(PASSPHRASE);
    const error: unknown = await store.import('ada', hex).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'KEY_INVALID' });
    expect(String(error)).not.toContain(hex);
  });

  test('a name or a key is there once', async () => {
    const { store } = newStore();
    await store.initialise(PASSPHRASE);
    await store.import('ada', SECRET_HEX);
    await expect(store.create('ada')).rejects.toThrow(coded('KEY_EXISTS'));
    await expect(store.import('grace', SECRET_HEX.slice(2).toUpperCase())).rejects.toThrow(coded('KEY_EXISTS'));
    await expect(store.create(' ada')).rejects.toThrow(coded('INPUT_INVALID'));
    await expect(store.create('a\nb')).rejects.toThrow(coded('INPUT_INVALID'));
    await expect(store.initialise(PASSPHRASE)).rejects.toThrow(coded('KEY_EXISTS'));
  });

  test('forgets a key', async () => {
    const { store } = newStore();
    await store.initialise(PASSPHRASE);
    const { key_id } = await store.create('ada');
    await store.remove(key_id);
    expect(await store.list()).toEqual([]);
    await expect(store.secret(key_id)).rejects.toThrow(coded('KEY_NOT_FOUND'));
    await expect(store.remove(key_id)).rejects.toThrow(coded('KEY_NOT_FOUND'));
  });

  test('a new passphrase opens every key, the old one none, and another process is told', async () => {
    const { store, directory } = newStore();
    await store.initialise(PASSPHRASE);
    const key = await store.import('ada', SECRET_HEX);
    const other = newStore(directory).store;
    await other.unlock(PASSPHRASE);
    await store.changePassphrase(PASSPHRASE, 'another passphrase');
    expect(encodeHex(await store.secret(key.key_id))).toBe(SECRET_HEX);
    await expect(store.openSession(PASSPHRASE)).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    await expect(other.secret(key.key_id)).rejects.toThrow(coded('SIGNING_LOCKED'));
    await expect(store.changePassphrase('another passphrase', 'weak')).rejects.toThrow(coded('PASSPHRASE_WEAK'));
    await expect(store.changePassphrase('wrong passphrase', 'a fine new one')).rejects.toThrow(
      coded('PASSPHRASE_WRONG'),
    );
  });

  test('a session ends when it is closed, and leaves the store as it was', async () => {
    const { store } = newStore();
    await store.initialise(PASSPHRASE);
    const { key_id } = await store.import('ada', SECRET_HEX);
    store.lock();
    const session = await store.openSession(PASSPHRASE);
    expect(encodeHex(session.secret(key_id))).toBe(SECRET_HEX);
    expect(store.unlocked).toBe(false);
    session.close();
    expect(() => session.secret(key_id)).toThrow(coded('SIGNING_LOCKED'));
  });

  test('where there is no vault, none is read', async () => {
    const { store, path } = newStore();
    expect(await store.list()).toEqual([]);
    await expect(store.unlock(PASSPHRASE)).rejects.toThrow(coded('KEY_NOT_FOUND'));
    await expect(store.create('ada')).rejects.toThrow(coded('SIGNING_LOCKED'));
    expect(existsSync(path)).toBe(false);
  });
});
