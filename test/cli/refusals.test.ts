import { sampled } from '../crash/seeded-random.ts';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { dm, dmJson, expectRefused, startNode, temporaryRoot, type RunningNode } from './dm.ts';

describe('the dm command refuses', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  /** The same chain, which no node runs on. */
  const copied = join(root, 'copied');
  const good = join(root, 'good');
  let node: RunningNode;
  const inData = (...args: readonly string[]): readonly string[] => [...args, '--data', data];
  const create = (path: string, ...more: readonly string[]): readonly string[] =>
    inData('env', 'create', '--id', 'refused', '--path', path, ...more);

  beforeAll(async () => {
    mkdirSync(good);
    writeFileSync(join(good, 'env.py'), 'pass\n');
    await dmJson(inData('blockchain', 'init', '--key-store', 'file'));
    await dmJson(inData('env', 'create', '--id', 'cartpole', '--path', good));
    cpSync(data, copied, { recursive: true });
    // Most refusals come through its socket: there the two forms of a command can run at once.
    node = await startNode(data);
  });
  afterAll(() => node.stop('SIGTERM'));

  /** Whatever is refused leaves the chain as it is. */
  async function expectHeight(height: number): Promise<void> {
    expect(await dmJson(inData('blockchain', 'status'))).toMatchObject({ height });
  }

  test.each([
    ['promote', ['env', 'promote', '--id', 'nobody']],
    ['show', ['env', 'show', '--id', 'nobody']],
    ['history', ['env', 'history', '--id', 'nobody']],
    ['inspect', ['blockchain', 'inspect', '--state', 'nobody']],
  ])('an environment that there is not: %s', async (_, args) => {
    await expectRefused(inData(...args), { code: 'NOT_FOUND', message: /nobody/ });
  });

  test('a block, a transaction and a moment that there are not', async () => {
    await expectRefused(inData('blockchain', 'inspect', '--block', '99'), { code: 'NOT_FOUND', message: /99/ });
    const id = `0x${'ab'.repeat(32)}`;
    await expectRefused(inData('blockchain', 'inspect', '--transaction', id), { code: 'NOT_FOUND', message: /0xabab/ });
    await expectRefused(inData('blockchain', 'inspect', '--state', 'cartpole', '--at', '2001-01-01T00:00:00Z'), {
      code: 'NOT_FOUND',
    });
  });

  test('what the ledger refuses, with its reject code', async () => {
    await expectRefused(inData('env', 'create', '--id', 'cartpole', '--path', good), {
      code: 'TRANSACTION_REJECTED',
      message: /exists/,
    });
    await expectRefused(inData('env', 'checkpoint', '--id', 'cartpole', '--version', '1'), {
      code: 'TRANSACTION_REJECTED',
      message: /never promoted/,
    });
    await expectRefused(inData('env', 'create', '--id', 'not an id', '--path', good), {
      code: 'TRANSACTION_REJECTED',
      message: /env_id/,
    });
    await expectHeight(1);
  });

  test('a float, and what is not a JSON object, as metadata', async () => {
    await expectRefused(create(good, '--metadata', '{"learning_rate":0.5}'), {
      code: 'USAGE',
      exit: 2,
      message: /0\.5 is not an integer/,
    });
    await expectRefused(create(good, '--metadata', '[1]'), { code: 'USAGE', exit: 2, message: /JSON object/ });
    await expectRefused(create(good, '--metadata', '{"a":'), { code: 'USAGE', exit: 2 });
    await expectRefused(create(good, '--metadata', `@${join(root, 'nothing.json')}`), {
      code: 'USAGE',
      exit: 2,
      message: /no file/,
    });
  });

  test('a symbolic link in a directory', async () => {
    const path = join(root, 'linked');
    mkdirSync(path);
    writeFileSync(join(path, 'env.py'), 'pass\n');
    symlinkSync('/etc/hostname', join(path, 'host'));
    await expectRefused(create(path), { code: 'DIRECTORY_SYMLINK', message: /host/ });
  });

  test('a directory that holds, or lies in, the node itself', async () => {
    await expectRefused(create(root), { code: 'DIRECTORY_OUTSIDE' });
    await expectRefused(create(join(data, 'blobs')), { code: 'DIRECTORY_OUTSIDE' });
  });

  test('the keys of the node as a directory to register', async () => {
    await expectRefused(create(join(data, 'keys')), { code: 'DIRECTORY_OUTSIDE' });
    await expectRefused(create(data), { code: 'DIRECTORY_OUTSIDE' });
  });

  test('a directory that is not there, is empty, or is a file', async () => {
    await expectRefused(create(join(root, 'vanished')), { code: 'DIRECTORY_UNREADABLE', message: /vanished/ });
    mkdirSync(join(root, 'empty'));
    await expectRefused(create(join(root, 'empty')), { code: 'DIRECTORY_EMPTY' });
    await expectRefused(create(join(good, 'env.py')), { code: 'DIRECTORY_UNREADABLE', message: /not a directory/ });
    await expectHeight(1);
  });

  test.skipIf(process.platform === 'win32')('a pipe among the files, without waiting for its writer', async () => {
    const path = join(root, 'piped');
    mkdirSync(path);
    execFileSync('mkfifo', [join(path, 'pipe')]);
    await expectRefused(create(path), { code: 'DIRECTORY_FILE_KIND', message: /pipe/ });
  });

  test('a wrong passphrase, and none', async () => {
    const own = ['env', 'create', '--id', 'refused', '--path', good, '--data', copied];
    await expectRefused(own, { code: 'PASSPHRASE_WRONG' }, { passphrase: 'not the passphrase' });
    await expectRefused(own, { code: 'PASSPHRASE_REQUIRED' }, { passphrase: null });
    const file = join(root, 'wrong-passphrase');
    writeFileSync(file, 'not the passphrase\n');
    await expectRefused([...own, '--passphrase-file', file], { code: 'PASSPHRASE_WRONG' });
    await expectRefused([...own, '--passphrase-file', `${file}-not`], { code: 'PASSPHRASE_REQUIRED' });
    await expectRefused(
      ['blockchain', 'init', '--key-store', 'file', '--data', join(root, 'weak')],
      { code: 'PASSPHRASE_WEAK', oneByOne: true },
      { passphrase: 'short' },
    );
  });

  test('to read without a passphrase: never', async () => {
    expect((await dm(inData('env', 'list'), { passphrase: null })).code).toBe(0);
    expect((await dm(inData('blockchain', 'verify'), { passphrase: null })).code).toBe(0);
  });

  test('a directory without a chain', async () => {
    for (const args of [
      ['blockchain', 'status'],
      ['blockchain', 'verify'],
      ['blockchain', 'start'],
      ['env', 'list'],
    ]) {
      await expectRefused([...args, '--data', join(root, 'nowhere')], { code: 'DATA_DIR_EMPTY', message: /no chain/ });
    }
    expect(existsSync(join(root, 'nowhere'))).toBe(false);
  });

  test('to make a chain where something is already', async () => {
    await expectRefused(inData('blockchain', 'init', '--key-store', 'file'), {
      code: 'DATA_DIR_NOT_EMPTY',
      message: /chain/,
    });
    await expectRefused(['blockchain', 'init', '--key-store', 'file', '--data', good], {
      code: 'DATA_DIR_NOT_EMPTY',
      message: /env\.py/,
    });
    await expectRefused(
      ['blockchain', 'init', '--key-store', 'file', '--chain-id', 'Not A Name', '--data', join(root, 'named')],
      { code: 'INPUT_INVALID' },
    );
  });

  test('a directory that holds another chain than it says', async () => {
    const foreign = join(root, 'foreign');
    cpSync(copied, foreign, { recursive: true });
    const config = JSON.parse(readFileSync(join(foreign, 'node.json'), 'utf8')) as object;
    writeFileSync(join(foreign, 'node.json'), JSON.stringify({ ...config, chain_id: 'another' }));
    await expectRefused(['env', 'list', '--data', foreign], { code: 'DATA_DIR_OTHER_CHAIN', message: /another/ });
    // Not only for reading: the validator's thread is up by then, and must not keep the process.
    await expectRefused(['env', 'create', '--id', 'x', '--path', good, '--data', foreign], {
      code: 'DATA_DIR_OTHER_CHAIN',
      oneByOne: true,
    });
  });

  test('data of a newer version, and a configuration that it cannot read', async () => {
    const newer = join(root, 'newer');
    cpSync(copied, newer, { recursive: true });
    const database = new Database(join(newer, 'chain', 'chain.db'));
    database.pragma('user_version = 99');
    database.close();
    await expectRefused(['env', 'list', '--data', newer], { code: 'DATA_DIR_NEWER', message: /99/ });
    await expectRefused(['blockchain', 'verify', '--data', newer], { code: 'DATA_DIR_NEWER' });
    writeFileSync(join(newer, 'node.json'), '{"version":1');
    await expectRefused(['env', 'list', '--data', newer], { code: 'STORAGE_CORRUPT', message: /node\.json/ });
    writeFileSync(join(newer, 'node.json'), '{"version":2}');
    await expectRefused(['env', 'list', '--data', newer], { code: 'DATA_DIR_NEWER' });
  });

  test('a key that there is not, and a secret that is none', async () => {
    await expectRefused(inData('key', 'show', 'nobody'), { code: 'KEY_NOT_FOUND' });
    await expectRefused([...create(good), '--as', 'nobody'], { code: 'KEY_NOT_FOUND' });
    writeFileSync(join(root, 'secret'), 'zz\n');
    await expectRefused(
      inData('key', 'import', '--name', 'Bad', '--secret-file', join(root, 'secret'), '--key-store', 'file'),
      { code: 'KEY_INVALID', oneByOne: true },
    );
    await expectRefused(
      inData('key', 'import', '--name', 'Bad', '--secret-file', join(root, 'nothing'), '--key-store', 'file'),
      { code: 'INPUT_INVALID', oneByOne: true },
    );
  });

  test.each(
    sampled(
      [
        [['nonsense']],
        [['env', 'nonsense']],
        [['env', 'create', '--id', 'x']],
        [['env', 'create', '--id', 'x', '--path', '.', '--nonsense']],
        [['blockchain', 'inspect']],
        [['blockchain', 'inspect', '--block', '1', '--state', 'x']],
        [['blockchain', 'inspect', '--block', '-1']],
        [['blockchain', 'inspect', '--transaction', '0x12']],
        [['blockchain', 'inspect', '--state', 'x', '--at', 'yesterday']],
        [['blockchain', 'init', '--key-store', 'pocket']],
        [['blockchain', 'benchmark', '--transactions', '0']],
      ],
      4,
      'wrong usage',
    ),
  )('wrong usage with exit code 2: dm %j', async (args) => {
    await expectRefused(inData(...args), { code: 'USAGE', exit: 2 });
  });

  test('an engine that this version does not have', async () => {
    await expectRefused(inData('blockchain', 'start', '--engine', 'network'), {
      code: 'USAGE',
      exit: 2,
      message: /network/,
    });
  });

  test('damage, naming the file and not as a fault of the program', async () => {
    const broken = join(root, 'broken');
    cpSync(copied, broken, { recursive: true });
    writeFileSync(join(broken, 'chain', 'chain.db'), Buffer.alloc(8192, 7));
    await expectRefused(['env', 'list', '--data', broken], { code: 'STORAGE_CORRUPT', message: /chain\.db/ });
    await expectRefused(['env', 'create', '--id', 'x', '--path', good, '--data', broken], {
      code: 'STORAGE_CORRUPT',
      message: /chain\.db/,
      oneByOne: true,
    });
    const verified = await dm(['blockchain', 'verify', '--json', '--data', broken]);
    expect(verified.code).toBe(1);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: false, findings: [{ place: 'chain.db' }] });
  });

  test('nothing of all this left a trace in the chain', async () => {
    await expectHeight(1);
    expect(await dmJson(inData('blockchain', 'verify'))).toMatchObject({ ok: true });
  });
});
