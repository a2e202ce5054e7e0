import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';
import { readText } from '../../../src/node/data-directory/durable-files.ts';
import { isThere } from '../../../src/node/data-directory/is-there.ts';
import {
  guardStorage,
  isDamage,
  isFull,
  isUnreadable,
  storageError,
} from '../../../src/node/data-directory/storage-errors.ts';
import { readKeyFile } from '../../../src/node/keys/key-files.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const withCode = (code: string): Error => Object.assign(new Error('as the system says it'), { code });

describe('an error of the disk or of SQLite', () => {
  test.each([
    ['SQLITE_FULL', 'STORAGE_FULL'],
    ['ENOSPC', 'STORAGE_FULL'],
    ['EDQUOT', 'STORAGE_FULL'],
    ['SQLITE_CORRUPT', 'STORAGE_CORRUPT'],
    ['SQLITE_CORRUPT_INDEX', 'STORAGE_CORRUPT'],
    ['SQLITE_NOTADB', 'STORAGE_CORRUPT'],
    ['SQLITE_IOERR_WRITE', 'STORAGE_FAILED'],
    ['SQLITE_READONLY', 'STORAGE_READ_ONLY'],
    ['EROFS', 'STORAGE_READ_ONLY'],
    ['EACCES', 'STORAGE_DENIED'],
    ['SQLITE_IOERR_SHMSIZE', 'STORAGE_FULL'],
  ])('%s is told as %s, naming the file', (code, expected) => {
    const failure = storageError('chain.db', withCode(code));
    expect(failure).toMatchObject({ code: expected, message: expect.stringContaining('chain.db') as unknown });
  });

  test('what is not the disk stays as it is', () => {
    const bug = new TypeError('a bug');
    expect(storageError('chain.db', bug)).toBe(bug);
    const argument = Object.assign(new TypeError('a bug too'), { code: 'ERR_INVALID_ARG_TYPE' });
    expect(storageError('chain.db', argument)).toBe(argument);
  });

  test('an error of ours stays as it is, and what is thrown and is no error becomes one', () => {
    const ours = new QuantumLockError('BLOB_MISSING', 'not stored here');
    expect(storageError('chain.db', ours)).toBe(ours);
    expect(storageError('chain.db', 'thrown')).toEqual(new Error('thrown'));
  });

  test('is told by whatever runs into it', () => {
    expect(() =>
      guardStorage('chain.db', () => {
        throw withCode('ENOSPC');
      }),
    ).toThrow(coded('STORAGE_FULL'));
    expect(guardStorage('chain.db', () => 1)).toBe(1);
  });

  test('damage, a full disk and what cannot be read at all are told apart', () => {
    const codes = ['SQLITE_CORRUPT_VTAB', 'SQLITE_IOERR_SHORT_READ', 'ENOSPC', 'EACCES'];
    expect(codes.map((code) => isDamage(withCode(code)))).toEqual([true, true, false, false]);
    expect(codes.map((code) => isFull(withCode(code)))).toEqual([false, false, true, false]);
    expect(codes.map((code) => isUnreadable(storageError('a', withCode(code))))).toEqual([true, true, false, false]);
  });

  test.skipIf(process.platform === 'win32')('is told alike by all who look for a file or read one', () => {
    const directory = temporaryDirectory();
    const ring = join(directory, 'ring');
    symlinkSync(ring, ring);
    for (const read of [isThere, readText, readKeyFile])
      expect(() => read(ring)).toThrow(
        expect.objectContaining({
          code: 'STORAGE_FAILED',
          message: expect.stringMatching(`^${ring}: ELOOP`) as unknown,
        }),
      );
    mkdirSync(join(directory, 'folder'));
    for (const read of [readText, readKeyFile])
      expect(() => read(join(directory, 'folder'))).toThrow(coded('STORAGE_FAILED'));
  });
});
