import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';
import {
  assertUnchanged,
  resolveDirectory,
  walkDirectory,
  type WalkedFile,
} from '../../../src/node/blobs/directory.ts';
import { settledAtNs, settlingDelayMs } from '../../../src/node/blobs/freshness.ts';
import { readFileInChunks, type ReadFileOptions } from '../../../src/node/blobs/read-file.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { MEBIBYTE, noise, temporaryStore, writeFiles } from './blobs-fixture.ts';

const onPosix = process.platform !== 'win32';
const isRoot = process.getuid?.() === 0;

/** What registering the directory refuses, with the path that it names. */
async function refusal(directory: string): Promise<{ code: string; message: string }> {
  const { store } = temporaryStore();
  const error: unknown = await store.storeDirectory(directory).catch((cause: unknown) => cause);
  if (!(error instanceof QuantumLockError)) throw new Error(`not refused: ${String(error)}`);
  return { code: error.code, message: error.message };
}

const IGNORING: ReadFileOptions = { allocate: (size) => new Uint8Array(size), onChunk: () => undefined };

function makeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

describe.skipIf(!onPosix)('a directory is refused for', () => {
  test('a symbolic link to a file, a directory or nothing', async () => {
    for (const target of ['/etc/hostname', '/etc', 'nowhere', '../outside']) {
      const directory = writeFiles({ 'a.txt': 'a' });
      mkdirSync(join(directory, 'sub'));
      symlinkSync(target, join(directory, 'sub/link'));
      expect(await refusal(directory)).toMatchObject({
        code: 'DIRECTORY_SYMLINK',
        message: expect.stringContaining('"sub/link"') as unknown,
      });
    }
  });

  test('a named pipe, without waiting for a writer', async () => {
    const directory = writeFiles({ 'a.txt': 'a' });
    makeFifo(join(directory, 'pipe'));
    expect(await refusal(directory)).toMatchObject({
      code: 'DIRECTORY_FILE_KIND',
      message: expect.stringContaining('a named pipe') as unknown,
    });
  });

  test('a socket', async () => {
    const directory = writeFiles({ 'a.txt': 'a' });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(directory, 's'), resolve));
    onTestFinished(() => {
      server.close();
    });
    expect(await refusal(directory)).toMatchObject({
      code: 'DIRECTORY_FILE_KIND',
      message: expect.stringContaining('a socket') as unknown,
    });
  });

  test.skipIf(!isRoot)('a device', async () => {
    const directory = writeFiles({ 'a.txt': 'a' });
    execFileSync('mknod', [join(directory, 'null'), 'c', '1', '3']);
    expect(await refusal(directory)).toMatchObject({
      code: 'DIRECTORY_FILE_KIND',
      message: expect.stringContaining('a device') as unknown,
    });
  });

  test.each([
    ['invalid UTF-8', Buffer.of(0x66, 0xff)],
    ['a control character', Buffer.from('a\tb')],
    ['a line feed', Buffer.from('a\nb')],
    ['a decomposed name', Buffer.from('e\u0301')],
    ['a backslash', Buffer.from('a\\b')],
  ])('a name with %s', async (_, name) => {
    const directory = writeFiles({ 'a.txt': 'a' });
    writeFileSync(Buffer.concat([Buffer.from(`${directory}/`), name]), '');
    expect(await refusal(directory)).toMatchObject({ code: 'DIRECTORY_NAME' });
  });

  test('a path that is too long', async () => {
    const directory = writeFiles({ [Array.from({ length: 6 }, () => 'd'.repeat(200)).join('/')]: 'deep' });
    expect(await refusal(directory)).toMatchObject({ code: 'DIRECTORY_NAME' });
  });

  test('having no file', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'empty'));
    writeFiles({ '.git/config': '' }, directory);
    expect(await refusal(directory)).toMatchObject({ code: 'DIRECTORY_EMPTY' });
  });

  test('not being there, or being a file', async () => {
    const directory = writeFiles({ a: 'a' });
    expect(await refusal(join(directory, 'none'))).toMatchObject({ code: 'DIRECTORY_UNREADABLE' });
    expect(await refusal(join(directory, 'a'))).toMatchObject({ code: 'DIRECTORY_UNREADABLE' });
    expect(await refusal(join(directory, 'a', 'b'))).toMatchObject({ code: 'DIRECTORY_UNREADABLE' });
  });

  test('holding, or lying in, the store itself', async () => {
    const { store, directory } = temporaryStore();
    writeFiles({ a: 'a' }, join(directory, 'inside'));
    for (const path of [join(directory, '..'), directory, join(directory, 'inside')]) {
      await expect(store.storeDirectory(path)).rejects.toThrow(coded('DIRECTORY_OUTSIDE'));
    }
  });

  test('a file or directory that may not be read', async () => {
    const directory = writeFiles({ 'a.txt': 'a', 'closed/b.txt': 'b', 'closed.txt': 'c' });
    chmodSync(join(directory, 'closed.txt'), 0o000);
    chmodSync(directory, 0o755);
    const walked = asNobody(() => walkDirectory(directory));
    const file = walked.files.find(({ path }) => path === 'closed.txt') as WalkedFile;
    // It opens the file before it first waits, so while the rights are low.
    const reading = asNobody(() => readFileInChunks(directory, file, IGNORING));
    await expect(reading).rejects.toThrow(coded('DIRECTORY_UNREADABLE'));
    chmodSync(join(directory, 'closed'), 0o000);
    expect(asNobody(() => codeOf(() => walkDirectory(directory)))).toBe('DIRECTORY_UNREADABLE');
    chmodSync(directory, 0o000);
    expect(asNobody(() => codeOf(() => walkDirectory(directory)))).toBe('DIRECTORY_UNREADABLE');
    chmodSync(directory, 0o755);
    chmodSync(join(directory, 'closed'), 0o755);
  });
});

/** Root may read everything; for these tests it steps down. */
function asNobody<T>(work: () => T): T {
  if (!isRoot) return work();
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'nothing';
  } catch (error) {
    return error instanceof QuantumLockError ? error.code : String(error);
  }
}

describe.skipIf(!onPosix)('a file that changes while it is read is found when it', () => {
  /** Reads a file of three chunks and does something to it after the first. */
  async function readAndMeddle(meddle: (path: string) => void): Promise<unknown> {
    const directory = writeFiles({ 'a.bin': noise(2 * MEBIBYTE + 1, 1), 'other.bin': noise(2 * MEBIBYTE + 1, 2) });
    const walked = walkDirectory(directory);
    const [file] = walked.files;
    if (file === undefined) throw new Error('no file');
    let isFirst = true;
    const reading = readFileInChunks(directory, file, {
      allocate: (size) => new Uint8Array(size),
      onChunk: () => {
        if (isFirst) meddle(join(directory, 'a.bin'));
        isFirst = false;
      },
    }).then(() => assertUnchanged(directory, walked));
    return reading.then(
      () => 'not found',
      (error: unknown) =>
        error instanceof QuantumLockError ? `${error.code} ${String(error.context['path'])}` : error,
    );
  }

  test.each<readonly [string, (path: string) => void]>([
    ['grows', (path) => appendFileSync(path, 'x')],
    ['shrinks', (path) => truncateSync(path, 100)],
    ['is emptied', (path) => truncateSync(path, 0)],
    ['is written in place', (path) => writeFileSync(path, noise(2 * MEBIBYTE + 1, 3))],
    ['is touched', (path) => utimesSync(path, 1, 1)],
    ['changes its mode', (path) => chmodSync(path, 0o755)],
    ['is removed', (path) => rmSync(path)],
    ['is replaced by a rename', (path) => renameSync(path.replace('a.bin', 'other.bin'), path)],
    [
      'is replaced by a link',
      (path) => {
        rmSync(path);
        symlinkSync('other.bin', path);
      },
    ],
    [
      'is replaced by a pipe',
      (path) => {
        rmSync(path);
        makeFifo(path);
      },
    ],
  ])('%s', async (_, meddle) => {
    expect(await readAndMeddle(meddle)).toBe('DIRECTORY_CHANGED a.bin');
  });

  test('stays as it is: then it is not', async () => {
    expect(await readAndMeddle(() => undefined)).toBe('not found');
  });
});

describe.skipIf(!onPosix)('between the walk and the reading', () => {
  async function readAfter(meddle: (path: string) => void): Promise<string> {
    const directory = writeFiles({ 'a.bin': 'content' });
    const [file] = walkDirectory(directory).files;
    if (file === undefined) throw new Error('no file');
    meddle(join(directory, 'a.bin'));
    const reading = readFileInChunks(directory, file, {
      allocate: (size) => new Uint8Array(size),
      onChunk: () => undefined,
    });
    return reading.then(
      () => 'read',
      (error: unknown) => (error instanceof QuantumLockError ? error.code : String(error)),
    );
  }

  test('a link in the place of a file is not followed, a pipe not waited for', async () => {
    const replaceBy =
      (make: (path: string) => void) =>
      (path: string): void => {
        rmSync(path);
        make(path);
      };
    expect(await readAfter(replaceBy((path) => symlinkSync('/etc/passwd', path)))).toBe('DIRECTORY_SYMLINK');
    expect(await readAfter(replaceBy(makeFifo))).toBe('DIRECTORY_FILE_KIND');
    expect(await readAfter(replaceBy((path) => mkdirSync(path)))).toBe('DIRECTORY_FILE_KIND');
    expect(await readAfter((path) => rmSync(path))).toBe('DIRECTORY_CHANGED');
    expect(await readAfter((path) => writeFileSync(path, 'another'))).toBe('DIRECTORY_CHANGED');
  });

  test('files added, removed or renamed make it another directory', () => {
    const meddlers: readonly ((directory: string) => void)[] = [
      (directory) => writeFileSync(join(directory, 'sub/new'), ''),
      (directory) => rmSync(join(directory, 'sub/a')),
      (directory) => renameSync(join(directory, 'sub/a'), join(directory, 'sub/b')),
      (directory) => renameSync(join(directory, 'sub'), join(directory, 'bus')),
    ];
    for (const meddle of meddlers) {
      const directory = writeFiles({ 'sub/a': 'a', c: 'c' });
      const old = new Date(Date.now() - 60_000);
      utimesSync(join(directory, 'sub'), old, old);
      const walked = walkDirectory(directory);
      assertUnchanged(directory, walked);
      meddle(directory);
      expect(codeOf(() => assertUnchanged(directory, walked))).toBe('DIRECTORY_CHANGED');
    }
  });
});

test('a real writer beside the reader is found, or the content is one that stood there', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'busy.bin');
  // Writes whole versions in place, each of one letter, until it is told to stop.
  const script = `const fs = require('node:fs'); const file = fs.openSync(process.argv[1], 'w');
    const versions = Array.from('abcdef', (letter) => Buffer.alloc(12 * 1024 * 1024, letter));
    process.stdin.on('end', () => process.exit(0)).resume();
    let round = 0; const write = () => { fs.writeSync(file, versions[round++ % 6], 0, versions[0].length, 0); if (round === 1) console.log('ready'); setImmediate(write); }; write();`;
  const writer = spawn(process.execPath, ['-e', script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve) => writer.stdout.once('data', resolve));
  const { store } = temporaryStore();
  let refused = 0;
  for (let round = 0; round < 5; round++) {
    const result = await store.storeDirectory(directory).catch((error: unknown) => error);
    if (result instanceof QuantumLockError) {
      expect(result.code).toBe('DIRECTORY_CHANGED');
      refused += 1;
    } else {
      const { entries } = result as Awaited<ReturnType<typeof store.storeDirectory>>;
      const [entry] = entries;
      const content = entry === undefined ? Uint8Array.of() : await store.readFile(entry.content_hash);
      expect(new Set(content).size).toBe(1);
    }
  }
  writer.stdin.end();
  await new Promise((resolve) => writer.once('exit', resolve));
  expect(refused).toBeGreaterThan(0);
  expect((await store.storeDirectory(directory)).entries).toHaveLength(1);
});

describe('the freshness of times', () => {
  const second = 1_000_000_000n;
  test('a fine clock settles after two ticks, a coarse one after two seconds', () => {
    expect(settledAtNs(5n * second + 1n)).toBe(5n * second + 20_000_001n);
    expect(settledAtNs(5n * second)).toBe(7n * second);
  });

  test('the wait is for those that settle soon, and for no others', () => {
    const now = 100n * second + 10_000_000n;
    expect(settlingDelayMs([], now)).toBe(0);
    expect(settlingDelayMs([now - 30_000_000n], now)).toBe(0);
    expect(settlingDelayMs([now - 5_000_000n, now - 12_000_000n], now)).toBe(15);
    // A coarse clock, and a time in the future, are not waited for.
    expect(settlingDelayMs([100n * second, now + second], now)).toBe(0);
  });
});

test('a directory reached by a link is the directory itself', () => {
  const directory = writeFiles({ a: 'a' });
  const link = join(temporaryDirectory(), 'link');
  symlinkSync(directory, link);
  expect(resolveDirectory(link)).toBe(resolveDirectory(directory));
  expect(existsSync(join(resolveDirectory(link), 'a'))).toBe(true);
});
