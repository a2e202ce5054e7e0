import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { encodeHex } from '../../../src/base/bytes.ts';
import { KDF_SCRYPT_N } from '../../../src/base/limits.ts';
import type { KeychainAccess } from '../../../src/node/keys/keychain.ts';
import { KEYCHAIN_SERVICE } from '../../../src/node/keys/keychain.ts';
import type { Keyring } from '../../../src/node/keys/keyring.ts';
import { openKeyring } from '../../../src/node/keys/keyring.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { CHEAP_KDF, MemoryKeychain, NO_KEYCHAIN } from './keys-fixture.ts';

const SECRET_HEX = `0x${'2e'.repeat(32)}`;

function newKeyring(access: KeychainAccess, dataDir = temporaryDirectory()): { keyring: Keyring; dataDir: string } {
  let time = 0;
  const keyring = openKeyring(dataDir, { clock: () => ++time, probe: async () => access, kdf: CHEAP_KDF });
  return { keyring, dataDir };
}

describe('Keyring', () => {
  test('has the keys of both stores side by side, found by id, name or public key', async () => {
    const keychain = new MemoryKeychain();
    const { keyring } = newKeyring(keychain.access());
    await keyring.file.initialise('a good passphrase');
    const inFile = await keyring.create({ name: 'in file', store: 'file' });
    const inKeychain = await keyring.import({ name: 'in keychain', store: 'keychain', secretHex: SECRET_HEX });
    expect(await keyring.list()).toEqual([inFile, inKeychain]);
    expect([inFile.store, inKeychain.store]).toEqual(['file', 'keychain']);
    expect(await keyring.file.list()).toEqual([inFile]);
    expect(keychain.entries.size).toBe(1);
    for (const selector of [inKeychain.key_id, inKeychain.name, inKeychain.public_key]) {
      expect(await keyring.find(selector)).toEqual(inKeychain);
    }
    expect(encodeHex(await keyring.sealingSecret(inKeychain.key_id))).toBe(SECRET_HEX);
    expect(await keyring.sealingSecret(inFile.key_id)).toHaveLength(32);
    await expect(keyring.find('nobody')).rejects.toThrow(coded('KEY_NOT_FOUND'));
  });

  test('a name or a key in one store is taken in the other', async () => {
    const { keyring } = newKeyring(new MemoryKeychain().access());
    await keyring.file.initialise('a good passphrase');
    await keyring.import({ name: 'ada', store: 'file', secretHex: SECRET_HEX });
    await expect(keyring.create({ name: 'ada', store: 'keychain' })).rejects.toThrow(coded('KEY_EXISTS'));
    await expect(keyring.import({ name: 'grace', store: 'keychain', secretHex: SECRET_HEX })).rejects.toThrow(
      coded('KEY_EXISTS'),
    );
  });

  test('the secret is in the keychain and nowhere in the data directory', async () => {
    const keychain = new MemoryKeychain();
    const { keyring, dataDir } = newKeyring(keychain.access());
    const key = await keyring.import({ name: 'ada', store: 'keychain', secretHex: SECRET_HEX });
    expect(keychain.entries.get(`${KEYCHAIN_SERVICE}/${key.key_id}`)).toBe(SECRET_HEX);
    expect(readFileSync(join(dataDir, 'keys', 'keys.json'), 'utf8')).not.toContain('2e2e2e');
    await keyring.remove(key.key_id);
    expect(keychain.entries.size).toBe(0);
    expect(await keyring.list()).toEqual([]);
  });

  test('without a keychain its keys are still listed, and using one says why it cannot', async () => {
    const { keyring, dataDir } = newKeyring(new MemoryKeychain().access());
    const key = await keyring.create({ name: 'ada', store: 'keychain' });
    const later = newKeyring(NO_KEYCHAIN, dataDir).keyring;
    expect(await later.list()).toEqual([key]);
    await expect(later.sealingSecret(key.key_id)).rejects.toThrow(
      expect.objectContaining({
        code: 'KEYCHAIN_UNAVAILABLE',
        message: expect.stringContaining('none in this test') as unknown,
      }),
    );
    await expect(later.create({ name: 'b', store: 'keychain' })).rejects.toThrow(coded('KEYCHAIN_UNAVAILABLE'));
  });

  test('a secret that was lost or exchanged in the keychain is not used', async () => {
    const keychain = new MemoryKeychain();
    const { keyring } = newKeyring(keychain.access());
    const key = await keyring.create({ name: 'ada', store: 'keychain' });
    keychain.entries.set(`${KEYCHAIN_SERVICE}/${key.key_id}`, SECRET_HEX);
    await expect(keyring.sealingSecret(key.key_id)).rejects.toThrow(coded('KEY_INVALID'));
    keychain.entries.clear();
    await expect(keyring.sealingSecret(key.key_id)).rejects.toThrow(coded('KEY_NOT_FOUND'));
  });

  test('a name that came to stand for two keys finds neither, their ids do', async () => {
    const { keyring } = newKeyring(new MemoryKeychain().access());
    await keyring.file.initialise('a good passphrase');
    const inKeychain = await keyring.create({ name: 'ada', store: 'keychain' });
    // As where two processes make them at the same moment.
    const inFile = await keyring.file.create('ada');
    await expect(keyring.find('ada')).rejects.toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.stringContaining(`${inKeychain.key_id} and ${inFile.key_id}`) as unknown,
      }),
    );
    expect(await keyring.find(inFile.key_id)).toEqual(inFile);
  });

  test('makes the key file with the cost that it is given, and the real one otherwise', async () => {
    const { keyring, dataDir } = newKeyring(NO_KEYCHAIN);
    await keyring.file.initialise('a good passphrase');
    expect(readFileSync(join(dataDir, 'keys', 'vault.json'), 'utf8')).toContain('"kdf":{"n":2,');
    const other = temporaryDirectory();
    await openKeyring(other, { clock: () => 0 }).file.initialise('a good passphrase');
    expect(readFileSync(join(other, 'keys', 'vault.json'), 'utf8')).toContain(`"kdf":{"n":${KDF_SCRYPT_N},`);
  });

  test('locks the key file when it is closed', async () => {
    const { keyring } = newKeyring(NO_KEYCHAIN);
    await keyring.file.initialise('a good passphrase');
    expect(keyring.file.unlocked).toBe(true);
    keyring.close();
    expect(keyring.file.unlocked).toBe(false);
  });

  test('a damaged list of keys is said to be damaged', async () => {
    const { keyring, dataDir } = newKeyring(new MemoryKeychain().access());
    await keyring.create({ name: 'ada', store: 'keychain' });
    const path = join(dataDir, 'keys', 'keys.json');
    const good = readFileSync(path, 'utf8');
    for (const bad of ['', '{}', good.slice(1), good.replace('"public_key":"0x0', '"public_key":"0x1'), `${good}\n`]) {
      writeFileSync(path, bad);
      await expect(keyring.list()).rejects.toThrow(coded('STORAGE_CORRUPT'));
    }
  });
});
