import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readInputFile, readRegularFile } from '../../src/node/read-input-file.ts';

describe('a file that a page names', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-read-'));
  const server = createServer();
  beforeAll(async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    mkdirSync(join(root, 'folder'));
    symlinkSync('/dev/ptmx', join(root, 'link-to-terminal'));
    writeFileSync(join(root, 'small'), 'ab');
    writeFileSync(join(root, 'large'), Buffer.alloc(5_000));
    await new Promise<void>((resolve) => server.listen(join(root, 'socket'), resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(root, { recursive: true, force: true });
  });

  test.each([
    'pipe',
    'folder',
    'link-to-terminal',
    'socket',
    'nothing',
    '/dev/ptmx',
    '/dev/zero',
    '/dev/tty',
    '/dev/null',
  ])('is refused at once where it is no regular file: %s', async (name) => {
    const path = name.startsWith('/') ? name : join(root, name);
    await expect(readRegularFile(path, 100)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('is read up to a limit', async () => {
    expect(await readRegularFile(join(root, 'small'), 2)).toEqual(Buffer.from('ab'));
    await expect(readRegularFile(join(root, 'small'), 1)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await expect(readRegularFile(join(root, 'large'), 4_999)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    // A file that says that it is empty, and is not.
    await expect(readRegularFile('/proc/self/maps', 1_000)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  test.each([
    ['a mark and then text', [0xef, 0xbb, 0xbf, 0x61], [0x61]],
    ['nothing but a mark', [0xef, 0xbb, 0xbf], []],
    ['half a mark', [0xef, 0xbb], [0xef, 0xbb]],
    ['two marks', [0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], [0xef, 0xbb, 0xbf]],
  ])('is read as one that a command names: %s', async (name, content, read) => {
    const path = join(root, name);
    writeFileSync(path, Buffer.from(content));
    expect([...(await readRegularFile(path, 100))]).toEqual(read);
    expect([...readInputFile(path, 100)]).toEqual(read);
  });

  test.each([
    ['folder', 'is a folder', 'is not a regular file'],
    ['nothing', 'there is no file', 'there is no file'],
    [join('small', 'inside'), 'there is no file', 'there is no file'],
  ])('says what is wrong with it: %s', async (name, toCommand, toPage) => {
    expect(() => readInputFile(join(root, name), 100)).toThrow(toCommand);
    await expect(readRegularFile(join(root, name), 100)).rejects.toThrow(toPage);
  });
});
