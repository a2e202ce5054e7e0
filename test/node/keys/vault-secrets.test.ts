import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test, vi } from 'vitest';

import { KEY_FILE_OPEN_TTL_MS } from '../../../src/base/limits.ts';
import { encodeExportedKey, openExportedKey, takeKey } from '../../../src/node/keys/exported-key.ts';
import { openKeyring, type Keyring } from '../../../src/node/keys/keyring.ts';
import { sealSecret, type VaultEntry, type VaultKeys } from '../../../src/node/keys/vault.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { CHEAP_KDF, damagedEntry, MemoryKeychain, rewriteVault } from './keys-fixture.ts';

type Kind = 'passphrase' | 'derived' | 'decrypted' | 'private key';

/** Every buffer with a secret in it: the real functions run, and what they take and give is listened to. */
const { heard, listen } = vi.hoisted(() => {
  const buffers: { readonly kind: Kind; readonly bytes: Uint8Array }[] = [];
  return {
    heard: buffers,
    listen: <Bytes extends ArrayBuffer | Uint8Array>(kind: Kind, bytes: Bytes): Bytes => {
      buffers.push({ kind, bytes: bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes });
      return bytes;
    },
  };
});

vi.mock('node:crypto', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:crypto')>();
  const scrypt = (...given: unknown[]): void => {
    const done = given.pop() as (error: Error | null, key: Buffer) => void;
    listen('passphrase', given[0] as Uint8Array);
    (real.scrypt as (...all: unknown[]) => void)(...given, (error: Error | null, key: Buffer) =>
      done(error, error === null ? listen('derived', key) : key),
    );
  };
  const hkdfSync = (...given: Parameters<typeof real.hkdfSync>) => listen('derived', real.hkdfSync(...given));
  const createDecipheriv = (...given: Parameters<typeof real.createDecipheriv>) => {
    const decipher = real.createDecipheriv(...given);
    const update = decipher.update.bind(decipher) as (bytes: Uint8Array) => Buffer;
    return Object.assign(decipher, { update: (bytes: Uint8Array) => listen('decrypted', update(bytes)) });
  };
  const randomBytes = (size: number): Buffer => {
    const bytes = real.randomBytes(size);
    // As long as a private key, and nothing else here is.
    return size === 32 ? listen('private key', bytes) : bytes;
  };
  return { ...real, default: real, scrypt, hkdfSync, createDecipheriv, randomBytes };
});

// Whoever has a private key asks which public key it has.
vi.mock('../../../src/ledger/crypto/signature.ts', async (importOriginal) => {
  const real = await importOriginal<typeof import('../../../src/ledger/crypto/signature.ts')>();
  return { ...real, publicKeyOf: (secret: Uint8Array) => real.publicKeyOf(listen('private key', secret)) };
});

const PASSPHRASE = 'correct horse battery';
const OTHER_PASSPHRASE = 'another one altogether';
const SECRET_HEX = `0x${'1f'.repeat(32)}`;

interface Machine {
  readonly keyring: Keyring;
  readonly keychain: MemoryKeychain;
  /** Of a key in the encrypted file, which is locked. */
  readonly keyId: string;
  readonly vaultPath: string;
  readonly clock: { now: number };
}

async function newMachine(): Promise<Machine> {
  const directory = temporaryDirectory();
  const keychain = new MemoryKeychain();
  const clock = { now: 1 };
  const keyring = openKeyring(directory, {
    clock: () => clock.now,
    kdf: CHEAP_KDF,
    probe: async () => keychain.access(),
  });
  await keyring.file.initialise(PASSPHRASE);
  const { key_id } = await keyring.create({ name: 'mine', store: 'file' });
  keyring.file.lock();
  heard.length = 0;
  return { keyring, keychain, keyId: key_id, vaultPath: join(directory, 'keys', 'vault.json'), clock };
}

/** Has the key file hold something that only somebody with the passphrase can have put there. */
async function rewrite(
  { vaultPath }: Machine,
  change: (entries: readonly VaultEntry[], keys: VaultKeys) => readonly VaultEntry[],
): Promise<void> {
  writeFileSync(vaultPath, await rewriteVault(readFileSync(vaultPath), PASSPHRASE, change));
  heard.length = 0;
}

/** Of whatever kind that it is about was heard at all, and none has anything in it any more. */
function expectWiped(...kinds: readonly Kind[]): void {
  expect([...new Set(heard.map(({ kind }) => kind))].toSorted()).toEqual(kinds.toSorted());
  expect(heard.filter(({ bytes }) => bytes.some((byte) => byte !== 0))).toEqual([]);
}

beforeEach(() => {
  heard.length = 0;
});

describe('what opens the key file is wiped', () => {
  test('when it is locked, opened again, or its time is over', async () => {
    const { keyring, clock } = await newMachine();
    await keyring.file.unlock(PASSPHRASE);
    keyring.file.lock();
    expectWiped('passphrase', 'derived');
    await keyring.file.unlock(PASSPHRASE);
    await keyring.file.unlock(PASSPHRASE);
    keyring.close();
    expectWiped('passphrase', 'derived');
    await keyring.file.unlock(PASSPHRASE);
    clock.now += KEY_FILE_OPEN_TTL_MS;
    expect(keyring.file.unlocked).toBe(false);
    expectWiped('passphrase', 'derived');
  });

  test('when a session ends', async () => {
    const { keyring, keyId } = await newMachine();
    const session = await keyring.file.openSession(PASSPHRASE, keyId);
    session.secret(keyId).fill(0);
    session.close();
    expectWiped('passphrase', 'derived', 'decrypted', 'private key');
  });

  test('when it does not open it', async () => {
    const machine = await newMachine();
    await expect(machine.keyring.file.openSession('not this one')).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    await expect(machine.keyring.file.unlock('not this one')).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    const text = readFileSync(machine.vaultPath, 'utf8');
    writeFileSync(machine.vaultPath, text.replace('"name":"mine"', '"name":"his"'));
    await expect(machine.keyring.file.unlock(PASSPHRASE)).rejects.toThrow(coded('STORAGE_CORRUPT'));
    expectWiped('passphrase', 'derived');
  });

  test('and nothing is derived of what is too long to be a passphrase', async () => {
    const { keyring } = await newMachine();
    await expect(keyring.file.unlock('x'.repeat(5_000))).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    expectWiped();
  });

  test('where there is a key file already', async () => {
    const { keyring } = await newMachine();
    await expect(keyring.file.initialise(OTHER_PASSPHRASE)).rejects.toThrow(coded('KEY_EXISTS'));
    expectWiped('passphrase', 'derived');
  });
});

describe('a new passphrase leaves nothing', () => {
  test('of the old one, nor of the keys that it is for', async () => {
    const { keyring } = await newMachine();
    await keyring.file.changePassphrase(PASSPHRASE, OTHER_PASSPHRASE);
    keyring.file.lock();
    expectWiped('passphrase', 'derived', 'decrypted', 'private key');
  });

  test('where it is too weak', async () => {
    const { keyring } = await newMachine();
    await expect(keyring.file.changePassphrase(PASSPHRASE, 'weak')).rejects.toThrow(coded('PASSPHRASE_WEAK'));
    expectWiped('passphrase', 'derived');
  });

  test('where a key is damaged', async () => {
    const machine = await newMachine();
    await rewrite(machine, (entries) => entries.map(damagedEntry));
    await expect(machine.keyring.file.changePassphrase(PASSPHRASE, OTHER_PASSPHRASE)).rejects.toThrow(
      coded('STORAGE_CORRUPT'),
    );
    expectWiped('passphrase', 'derived', 'decrypted');
    expect(machine.keyring.file.unlocked).toBe(false);
  });

  test('where a key was exchanged', async () => {
    const machine = await newMachine();
    await rewrite(machine, (entries, keys) => entries.map((entry) => sealSecret(entry, Buffer.alloc(32, 1), keys)));
    await expect(machine.keyring.file.changePassphrase(PASSPHRASE, OTHER_PASSPHRASE)).rejects.toThrow(
      coded('KEY_INVALID'),
    );
    expectWiped('passphrase', 'derived', 'decrypted', 'private key');
  });
});

describe('a private key is wiped', () => {
  test.each(['file', 'keychain'] as const)('once the %s has it', async (store) => {
    const { keyring } = await newMachine();
    await keyring.file.unlock(PASSPHRASE);
    const made = await keyring.create({ name: 'made', store });
    await keyring.import({ name: 'imported', store, secretHex: SECRET_HEX });
    (await keyring.sealingSecret(made.key_id)).fill(0);
    keyring.close();
    expectWiped('passphrase', 'derived', 'private key', ...(store === 'file' ? (['decrypted'] as const) : []));
  });

  test('where the key file is locked', async () => {
    const { keyring } = await newMachine();
    await expect(keyring.create({ name: 'made', store: 'file' })).rejects.toThrow(coded('SIGNING_LOCKED'));
    const key = { name: 'imported', store: 'file', secretHex: SECRET_HEX } as const;
    await expect(keyring.import(key)).rejects.toThrow(coded('SIGNING_LOCKED'));
    expectWiped('private key');
  });

  test('where its name is taken', async () => {
    const { keyring } = await newMachine();
    const key = { name: 'mine', store: 'file', secretHex: SECRET_HEX } as const;
    await expect(keyring.import(key)).rejects.toThrow(coded('KEY_EXISTS'));
    expectWiped('private key');
  });

  test('where the keychain refuses it, or gives another one back', async () => {
    const { keyring, keychain } = await newMachine();
    const { key_id } = await keyring.create({ name: 'in keychain', store: 'keychain' });
    for (const account of keychain.entries.keys()) keychain.entries.set(account, SECRET_HEX);
    await expect(keyring.sealingSecret(key_id)).rejects.toThrow(coded('KEY_INVALID'));
    keychain.setPassword = () => Promise.reject(new Error('it is locked'));
    await expect(keyring.create({ name: 'made', store: 'keychain' })).rejects.toThrow(coded('KEYCHAIN_UNAVAILABLE'));
    expectWiped('private key');
  });

  test('in an exported key that is made, opened, taken or not to be opened', async () => {
    const { keyring, keyId } = await newMachine();
    const key = await keyring.find(keyId);
    const secret = (await keyring.file.openSession(PASSPHRASE)).secret(keyId);
    heard.length = 0;
    const bytes = await encodeExportedKey({ key, secret, passphrase: OTHER_PASSPHRASE }, CHEAP_KDF);
    expectWiped('passphrase', 'derived');
    (await openExportedKey(bytes, OTHER_PASSPHRASE)).secret.fill(0);
    await takeKey(bytes, OTHER_PASSPHRASE);
    expectWiped('passphrase', 'derived', 'decrypted', 'private key');
    const damaged = await rewriteVault(bytes, OTHER_PASSPHRASE, (entries) => entries.map(damagedEntry));
    heard.length = 0;
    await expect(openExportedKey(damaged, OTHER_PASSPHRASE)).rejects.toThrow(coded('DOCUMENT_INVALID'));
    await expect(openExportedKey(bytes, PASSPHRASE)).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    expectWiped('passphrase', 'derived', 'decrypted');
  });
});
