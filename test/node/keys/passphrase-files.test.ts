import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { PASSPHRASE_SIZE_BYTES_MAX } from '../../../src/base/limits.ts';
import { generatedPassphrasePath, readGeneratedPassphrase } from '../../../src/node/keys/passphrase.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { find, Terminal } from './passphrase-fixture.ts';

const environment = { QUANTUM_LOCK_PASSPHRASE: 'from environment' };
const LONGEST = 'x'.repeat(PASSPHRASE_SIZE_BYTES_MAX);
/** A file of as many bytes as are read at most, with the longest passphrase on its first line. */
const LARGEST = `${LONGEST}\n`.padEnd(PASSPHRASE_SIZE_BYTES_MAX * 2, 'y');

function fileWith(content: string | Buffer): string {
  const file = join(temporaryDirectory(), 'passphrase');
  writeFileSync(file, content);
  return file;
}

/** A data directory with such a file as init leaves there. */
function dataDirWith(content: string | Buffer): string {
  const dataDir = temporaryDirectory();
  mkdirSync(dirname(generatedPassphrasePath(dataDir)), { mode: 0o700 });
  writeFileSync(generatedPassphrasePath(dataDir), content);
  return dataDir;
}

describe('a passphrase in a file that is named', () => {
  test('is taken before all else', async () => {
    const file = fileWith('from file\r\nsecond line');
    expect(await find({ file, environment, dataDir: dataDirWith('generated\n') })).toMatchObject({
      source: 'file',
      path: file,
      passphrase: 'from file',
    });
  });

  test('may be as long as its limit, in a file of twice that', async () => {
    expect(await find({ file: fileWith(LARGEST) })).toMatchObject({ passphrase: LONGEST });
  });

  test.each([
    ['is missing', null, 'PASSPHRASE_REQUIRED'],
    ['is empty', '\n', 'PASSPHRASE_REQUIRED'],
    ['is no text', Buffer.of(0xff, 0xfe), 'INPUT_INVALID'],
    ['is too long', `${LARGEST}y`, 'INPUT_INVALID'],
  ])('is refused where the file %s, whatever else there is', async (_, content, code) => {
    const file = content === null ? join(temporaryDirectory(), 'missing') : fileWith(content);
    await expect(find({ file, environment })).rejects.toThrow(coded(code));
  });

  test('that is too long is told by the name of the file', async () => {
    const file = fileWith(`${LARGEST}y`);
    await expect(find({ file })).rejects.toThrow(`${file} is too long for a passphrase file`);
  });
});

describe('the passphrase that init left on the disk', () => {
  test('is made for its owner only, of twelve words, and later commands find it', async () => {
    const dataDir = temporaryDirectory();
    const made = await find({ dataDir, mayGenerate: true, purpose: 'new' });
    const path = generatedPassphrasePath(dataDir);
    expect(made).toMatchObject({ source: 'generated_file', path });
    expect(made.passphrase.split('-')).toHaveLength(12);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await find({ dataDir })).toMatchObject({ source: 'generated_file', path, passphrase: made.passphrase });
    expect((await find({ mayGenerate: true })).passphrase).not.toBe(made.passphrase);
  });

  test('may be saved again by an editor: with a mark before it, and as long as its limit', () => {
    expect(readGeneratedPassphrase(dataDirWith('\ufeffthe words\r\n'))).toBe('the words');
    expect(readGeneratedPassphrase(dataDirWith(LARGEST))).toBe(LONGEST);
  });

  test.each([
    ['is empty', '\nsecond line', 'PASSPHRASE_REQUIRED', 'is empty'],
    ['is no text', Buffer.of(0xff, 0xfe), 'INPUT_INVALID', 'is not text in UTF-8'],
    ['is too long', `${LARGEST}y`, 'INPUT_INVALID', 'is too long for a passphrase file'],
  ])('where it %s, is refused by its name and not asked for', async (_, content, code, message) => {
    const dataDir = dataDirWith(content);
    const failure: unknown = await find({ dataDir, input: new Terminal('typed\r') }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, message: expect.stringContaining(message) as unknown });
    expect(String(failure)).toContain(generatedPassphrasePath(dataDir));
  });

  test('is not made where it may not be, and with nothing at all one is required', async () => {
    const dataDir = temporaryDirectory();
    await expect(find({ dataDir })).rejects.toThrow(coded('PASSPHRASE_REQUIRED'));
    expect(existsSync(join(dataDir, 'keys'))).toBe(false);
  });

  test('is neither looked for nor made where there is no data directory', async () => {
    await expect(find({ dataDir: null, mayGenerate: true })).rejects.toThrow(coded('PASSPHRASE_REQUIRED'));
    expect(await find({ dataDir: null, input: new Terminal('typed\r') })).toMatchObject({ passphrase: 'typed' });
  });
});

describe('a passphrase in the environment', () => {
  test('is taken before the one on the disk and before anybody is asked', async () => {
    const input = new Terminal('typed\r');
    expect(await find({ environment, input, dataDir: dataDirWith('generated\n') })).toMatchObject({
      source: 'environment',
      passphrase: 'from environment',
      shown: '',
    });
  });

  test('is none where it is empty', async () => {
    expect(await find({ environment: { QUANTUM_LOCK_PASSPHRASE: '' }, input: new Terminal('typed\r') })).toMatchObject({
      source: 'prompt',
      passphrase: 'typed',
    });
  });
});
