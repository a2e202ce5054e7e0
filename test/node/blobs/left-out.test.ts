import { symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { hashDirectory } from '../../../src/node/blobs/hash-directory.ts';
import { temporaryStore, writeFiles } from './blobs-fixture.ts';

const pathsOf = async (directory: string): Promise<string[]> =>
  (await hashDirectory(directory)).entries.map(({ path }) => path);

describe('ignore rules', () => {
  test('leave out what Git would, by the rules of each directory, and keep the rules themselves', async () => {
    const directory = writeFiles({
      '.gitignore': '*.log\n/build/\n!keep.log\ndata/**/raw\n# comment\n\\#odd\n',
      'a.log': '1',
      'keep.log': '2',
      '#odd': '3',
      'build/x': '4',
      'src/build/y': '5',
      'data/1/raw/z': '6',
      'data/1/cooked': '7',
      'src/.gitignore': '!b.log\n/own.txt\n',
      'src/b.log': '8',
      'src/own.txt': '9',
      'src/deep/own.txt': '10',
    });
    expect(await pathsOf(directory)).toEqual([
      '.gitignore',
      'data/1/cooked',
      'keep.log',
      'src/.gitignore',
      'src/b.log',
      'src/build/y',
      'src/deep/own.txt',
    ]);
  });

  test('of .quantumlockignore count after those of .gitignore', async () => {
    const directory = writeFiles({
      '.gitignore': '*.bin\n',
      '.quantumlockignore': '!model.bin\ntests/\n',
      'model.bin': '1',
      'x.bin': '2',
      'tests/a': '3',
    });
    expect(await pathsOf(directory)).toEqual(['.gitignore', '.quantumlockignore', 'model.bin']);
  });

  test('may leave out what could not be stored', async () => {
    const directory = writeFiles({ '.gitignore': 'link\n', 'env.py': '1' });
    symlinkSync('/etc/passwd', join(directory, 'link'));
    expect(await pathsOf(directory)).toEqual(['.gitignore', 'env.py']);
  });
});

describe('before anything is stored', () => {
  test.each([
    [{ '.env': 'A=1' }, '.env'],
    [{ '.env.production': 'A=1' }, '.env.production'],
    [{ 'keys/id_ed25519': 'x' }, 'id_ed25519'],
    [{ 'notes.txt': 'a\n-----BEGIN OPENSSH PRIVATE KEY-----\nb' }, 'holds a private key'],
    [{ 'a/b.pem': '-----BEGIN RSA PRIVATE KEY-----' }, 'holds a private key'],
    [{ 'run.py': `token = "ghp_${'a1B2'.repeat(9)}"` }, 'GitHub'],
    [{ 'cfg.ini': `aws = AKIA${'ABCD1234'.repeat(2)}` }, 'AWS'],
    [{ 'train.sh': `export HF_TOKEN=hf_${'xY9z'.repeat(9)}` }, 'Hugging Face'],
    [{ 'README.md': '1', 'readme.MD': '2' }, 'where case does not count'],
    [{ 'Data/a': '1', 'data/b': '2' }, 'where case does not count'],
    [{ 'aux.py': '1' }, 'keeps for a device'],
    [{ 'lib/COM1': '1' }, 'keeps for a device'],
    [{ 'end.': '1' }, 'ends in a dot'],
    [{ 'dir /x': '1' }, 'ends in a dot or a space'],
    [{ 'a:b': '1' }, 'does not allow'],
  ])('%j is refused, until a person has accepted it', async (files, told) => {
    const directory = writeFiles({ 'env.py': 'pass', ...files });
    const { store } = temporaryStore();
    await expect(store.storeDirectory(directory)).rejects.toMatchObject({
      code: 'DIRECTORY_DOUBTFUL',
      message: expect.stringContaining(told) as string,
    });
    expect((await store.verifyAll()).blobs).toBe(0);
    const { state_hash } = await store.storeDirectory(directory, { acceptDoubtful: true });
    expect(store.manifest(state_hash)).toHaveLength(Object.keys(files).length + 1);
  });

  test.each([
    [{ '.env.example': 'A=1', '.environment': 'x' }],
    [{ 'monkey.py': 'key = "sk-short"', 'id_rsa.pub': 'ssh-rsa AAAA' }],
    [{ 'README.md': 'Write -----BEGIN PUBLIC KEY----- there', 'console.py': '', 'auxiliary.py': '' }],
  ])('%j is no reason to ask', async (files) => {
    const { store } = temporaryStore();
    await store.storeDirectory(writeFiles(files));
  });
});
