import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';

import { withKeyFilesLock, writeKeyFile } from '../../../src/node/keys/key-files.ts';
import { openKeyring } from '../../../src/node/keys/keyring.ts';

/** Every buffer with a secret in it that Node's own cryptography hands out: the real functions run, and are listened to. */
const { made, listen } = vi.hoisted(() => {
  const buffers: Uint8Array[] = [];
  return {
    made: buffers,
    listen: <Bytes extends ArrayBuffer | Uint8Array>(bytes: Bytes): Bytes => {
      buffers.push(bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes);
      return bytes;
    },
  };
});

vi.mock('node:crypto', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:crypto')>();
  const scrypt = (...given: unknown[]): void => {
    const done = given.pop() as (error: Error | null, key: Buffer) => void;
    listen(given[0] as Uint8Array);
    (real.scrypt as (...all: unknown[]) => void)(...given, (error: Error | null, key: Buffer) =>
      done(error, error === null ? listen(key) : key),
    );
  };
  const createDecipheriv = (...given: Parameters<typeof real.createDecipheriv>) => {
    const decipher = real.createDecipheriv(...given);
    const update = decipher.update.bind(decipher) as (bytes: Uint8Array) => Buffer;
    return Object.assign(decipher, { update: (bytes: Uint8Array) => listen(update(bytes)) });
  };
  return { ...real, default: real, scrypt, createDecipheriv };
});

const PASSPHRASE = 'correct horse battery';

beforeEach(() => {
  made.length = 0;
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'quantum-lock-vault-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const isWiped = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

describe('what opens and comes out of the key file', () => {
  test('is wiped: the passphrase, what is derived from it, and each key that was read', async () => {
    const keyring = openKeyring(directory(), { clock: () => 1, kdf: { n: 2, r: 8, p: 1 } });
    await keyring.file.initialise(PASSPHRASE);
    const { key_id } = await keyring.create({ name: 'mine', store: 'file' });
    const taken = await keyring.secret(key_id);
    taken.fill(0);
    await keyring.file.changePassphrase(PASSPHRASE, 'another one altogether');
    const vault = await keyring.file.openSession('another one altogether', key_id);
    vault.secret(key_id).fill(0);
    vault.close();
    await expect(keyring.file.openSession('not this one')).rejects.toThrow();
    keyring.file.lock();
    // Four derivations with their passphrases, and four keys at least.
    expect(made.length).toBeGreaterThanOrEqual(11);
    expect(made.map(isWiped)).toEqual(made.map(() => true));
  });
});

describe.skipIf(process.platform === 'win32')('the directory of the keys', () => {
  const modeOf = (path: string): number => statSync(path).mode & 0o777;

  test('is its owner’s alone, whatever the process lets others do', () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const [locked, written] = [join(directory(), 'keys'), join(directory(), 'keys')];
    withKeyFilesLock(locked, () => undefined);
    writeKeyFile(join(written, 'vault.json'), '{}');
    expect([modeOf(locked), modeOf(written), modeOf(join(written, 'vault.json'))]).toEqual([0o700, 0o700, 0o600]);
  });
});
