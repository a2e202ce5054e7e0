import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { readKeyFile, withKeyFilesLock, writeKeyFile } from '../../../src/node/keys/key-files.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

/** An empty directory that is there already, with these rights. */
function directoryOf(mode: number): string {
  const directory = join(temporaryDirectory(), 'data');
  mkdirSync(directory);
  chmodSync(directory, mode);
  return directory;
}

function withKeys(root: string, mode = 0o700): string {
  const keys = join(root, 'keys');
  mkdirSync(keys);
  chmodSync(keys, mode);
  return keys;
}

describe('a key file', () => {
  test('is what was written, and null where there is none', () => {
    const path = join(temporaryDirectory(), 'keys', 'vault.json');
    expect(readKeyFile(path)).toBeNull();
    writeKeyFile(path, 'one');
    writeKeyFile(path, 'two');
    expect(readKeyFile(path)).toEqual(Buffer.from('two'));
  });

  test('that cannot be read is not taken for one that is not there', () => {
    expect(() => readKeyFile(temporaryDirectory())).toThrow(coded('STORAGE_FAILED'));
  });

  test('is not written below what is no directory, and the error names it', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, 'mine');
    const path = join(file, 'keys', 'vault.json');
    expect(() => writeKeyFile(path, 'x')).toThrow(
      expect.objectContaining({ code: 'STORAGE_FAILED', message: expect.stringContaining(path) as unknown }),
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});

describe.skipIf(process.platform === 'win32')('the directory of the keys and the one around it', () => {
  test('are made where there are none, for their owner alone', () => {
    const root = join(temporaryDirectory(), 'new', 'data');
    withKeyFilesLock(join(root, 'keys'), () => undefined);
    expect([modeOf(root), modeOf(join(root, 'keys'))]).toEqual([0o700, 0o700]);
  });

  test('and what is in it are its owner’s, whatever the process lets others do', () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const [locked, written] = [join(temporaryDirectory(), 'keys'), join(temporaryDirectory(), 'keys')];
    withKeyFilesLock(locked, () => undefined);
    writeKeyFile(join(written, 'vault.json'), '{}');
    expect([modeOf(locked), modeOf(written), modeOf(join(written, 'vault.json'))]).toEqual([0o700, 0o700, 0o600]);
  });

  test('an empty one is claimed, whatever others could do in it', () => {
    const root = directoryOf(0o777);
    withKeyFilesLock(join(root, 'keys'), () => undefined);
    expect([modeOf(root), modeOf(join(root, 'keys'))]).toEqual([0o700, 0o700]);
  });

  test('one with other files in it, that others may only read, is left as it is', () => {
    const root = directoryOf(0o755);
    writeFileSync(join(root, 'notes.txt'), 'mine');
    writeKeyFile(join(root, 'keys', 'vault.json'), '{}');
    expect([modeOf(root), modeOf(join(root, 'keys'))]).toEqual([0o755, 0o700]);
  });

  test.each([0o770, 0o702])('one with other files in it, that others write to (%o), is refused', (mode) => {
    const root = directoryOf(mode);
    writeFileSync(join(root, 'notes.txt'), 'mine');
    expect(() => writeKeyFile(join(root, 'keys', 'vault.json'), '{}')).toThrow(coded('DATA_DIR_SHARED'));
    expect(existsSync(join(root, 'keys'))).toBe(false);
    expect(modeOf(root)).toBe(mode);
  });

  test.each([0o770, 0o702])('one with keys in it, that others write to (%o), is refused', (mode) => {
    const root = directoryOf(mode);
    const keys = withKeys(root);
    expect(() => withKeyFilesLock(keys, () => undefined)).toThrow(coded('DATA_DIR_SHARED'));
    expect(() => writeKeyFile(join(keys, 'vault.json'), '{}')).toThrow(coded('DATA_DIR_SHARED'));
    expect([existsSync(join(keys, 'lock.db')), existsSync(join(keys, 'vault.json'))]).toEqual([false, false]);
  });

  test('keys that others may read are closed to them; keys that others may write are refused', () => {
    const read = withKeys(directoryOf(0o700), 0o755);
    writeKeyFile(join(read, 'vault.json'), '{}');
    expect(modeOf(read)).toBe(0o700);
    const written = withKeys(directoryOf(0o700), 0o720);
    expect(() => writeKeyFile(join(written, 'vault.json'), '{}')).toThrow(coded('DATA_DIR_SHARED'));
  });

  test.skipIf(process.getuid?.() !== 0)('another user’s is refused: empty, with keys, or around the keys', () => {
    const [empty, used, inner] = [directoryOf(0o700), directoryOf(0o700), directoryOf(0o700)];
    const [usedKeys, innerKeys] = [withKeys(used), withKeys(inner)];
    for (const path of [empty, used, innerKeys]) chownSync(path, 12_345, 12_345);
    for (const keys of [join(empty, 'keys'), usedKeys, innerKeys]) {
      expect(() => withKeyFilesLock(keys, () => undefined)).toThrow(coded('STORAGE_DENIED'));
      expect(() => writeKeyFile(join(keys, 'vault.json'), '{}')).toThrow(coded('STORAGE_DENIED'));
    }
  });

  test('what is around a directory of another name does not matter: its files are no keys', () => {
    const root = directoryOf(0o777);
    mkdirSync(join(root, 'elsewhere'), { mode: 0o700 });
    writeFileSync(join(root, 'notes.txt'), 'mine');
    writeKeyFile(join(root, 'elsewhere', 'secret'), 'x');
    expect(readFileSync(join(root, 'elsewhere', 'secret'), 'utf8')).toBe('x');
    expect(modeOf(root)).toBe(0o777);
  });
});

describe('the lock of the key files', () => {
  test('lets nobody else change them until it ends, even by an error', () => {
    const keys = join(temporaryDirectory(), 'keys');
    const change = (): string => withKeyFilesLock(keys, () => 'changed', 1);
    const whileHeld = expect.objectContaining({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining('another process') as unknown,
    });
    withKeyFilesLock(keys, () => expect(change).toThrow(whileHeld));
    const failing = (): never =>
      withKeyFilesLock(keys, () => {
        throw new Error('of the change');
      });
    expect(failing).toThrow('of the change');
    expect(change()).toBe('changed');
  });

  test('that is damaged is said to be so, and nothing is changed', () => {
    const keys = withKeys(directoryOf(0o700));
    writeFileSync(join(keys, 'lock.db'), 'no database, and long enough to be read as the head of one'.repeat(4));
    expect(() => withKeyFilesLock(keys, () => expect.unreachable())).toThrow(
      expect.objectContaining({
        code: 'STORAGE_CORRUPT',
        message: expect.stringContaining('lock.db') as unknown,
      }),
    );
  });
});
