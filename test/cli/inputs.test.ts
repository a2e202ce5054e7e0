import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkoutRoot, projectNode } from '../../build/checkout.mjs';
import { jsonObject } from '../../src/cli/commands/arguments.ts';
import { cheapKeyFile, dm, dmJson, expectRefusal, PASSPHRASE, temporaryRoot } from './dm.ts';

const root = temporaryRoot();
const data = join(root, 'data');
const content = join(root, 'content');
const BOM = '\ufeff';
const at = (...args: string[]): string[] => [...args, '--data', data];

beforeAll(async () => {
  mkdirSync(content);
  writeFileSync(join(content, 'file'), 'content');
  mkdirSync(data, { mode: 0o700 });
  await cheapKeyFile(data);
  await dmJson(at('blockchain', 'init', '--key-store', 'file', '--chain-id', 'inputs'));
});

const create = (...more: string[]): string[] => at('env', 'create', '--id', 'x', '--path', content, ...more);

describe('a file that an argument names', () => {
  test('is told with its name and what is wrong with it, as wrong usage', async () => {
    const large = join(root, 'large.json');
    const twice = join(root, 'twice.json');
    const rounded = join(root, 'rounded.json');
    const latin = join(root, 'latin.json');
    writeFileSync(large, ' '.repeat(1024 * 1024 + 1));
    writeFileSync(twice, '{"a":1,"b":{"c":1,"c":2}}');
    writeFileSync(rounded, '{"a":1.0000000000000001}');
    writeFileSync(latin, Buffer.from([0x7b, 0xe4, 0x7d]));
    const propose = ['proposal', 'create', '--action', 'archive_environment', '--payload'];
    const cases: [readonly string[], RegExp][] = [
      [create('--metadata', `@${content}`), /content is a folder/],
      [at(...propose, `@${content}`), /content is a folder/],
      [
        at('member', 'add', '--id', 'm', '--name', 'M', '--level', 'validator', '--key', `@${content}`),
        /content is a folder/,
      ],
      [create('--metadata', `@${join(root, 'none.json')}`), /there is no file .*none\.json/],
      [create('--metadata', `@${large}`), /large\.json is larger than/],
      [create('--metadata', `@${twice}`), /twice\.json: the key "c" stands twice/],
      [create('--metadata', `@${rounded}`), /rounded\.json: the number 1\.0000000000000001 would be rounded/],
      [create('--metadata', `@${latin}`), /latin\.json is not text in UTF-8/],
      [create('--metadata', '{"a":1e-400}'), /1e-400 would be rounded/],
      [create('--metadata', '{"a":9007199254740993}'), /would be rounded/],
      [at(...propose, '{"env_id":"a","env_id":"b"}'), /"env_id" stands twice/],
    ];
    await Promise.all(cases.map(([args, message]) => expectRefusal(args, { code: 'USAGE', exit: 2, message })));
  });

  test('that may not be read is told as that', async () => {
    const denied = join(root, 'denied.json');
    writeFileSync(denied, '{}');
    chmodSync(denied, 0);
    // Root may read everything: there the argument is read as another user, in this process.
    if (process.getuid?.() !== 0) {
      return expectRefusal(create('--metadata', `@${denied}`), {
        code: 'USAGE',
        exit: 2,
        message: /permission denied/,
      });
    }
    process.seteuid?.(65_534);
    try {
      expect(() => jsonObject(`@${denied}`)).toThrow(`${denied} may not be read: permission denied`);
    } finally {
      process.seteuid?.(0);
    }
  });
});

test('a byte-order mark is skipped in every kind of file', async () => {
  const metadata = join(root, 'bom.json');
  const passphrase = join(root, 'bom.txt');
  writeFileSync(metadata, `${BOM}{"a":1}\r\n`);
  writeFileSync(passphrase, `${BOM}${PASSPHRASE}\r\n`);
  const config = join(data, 'node.json');
  writeFileSync(config, BOM + readFileSync(config, 'utf8'));
  const args = at(
    'env',
    'create',
    '--id',
    'bom',
    '--path',
    content,
    '--metadata',
    `@${metadata}`,
    '--passphrase-file',
    passphrase,
  );
  expect((await dm(args, { passphrase: null })).code).toBe(0);
  const secret = join(root, 'secret.txt');
  writeFileSync(secret, `${BOM}${'7'.repeat(64)}\n`);
  await dmJson(at('key', 'import', '--name', 'Imported', '--key-store', 'file', '--secret-file', secret));
});

test('a passphrase is read from a pipe, once for the whole command', async () => {
  const { QUANTUM_LOCK_PASSPHRASE: _, ...env } = process.env;
  for (const [id, file] of [
    ['piped', '/dev/stdin'],
    ['dash', '-'],
    ['fd', '/dev/fd/0'],
  ] as const) {
    const child = spawn(
      projectNode,
      [
        join(checkoutRoot, 'build', 'dm.mjs'),
        ...at('env', 'create', '--id', id, '--path', content, '--passphrase-file', file),
      ],
      { stdio: ['pipe', 'ignore', 'pipe'], env },
    );
    child.stdin.end(`${PASSPHRASE}\n`);
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(0);
  }
  const fifo = join(root, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const running = dm(at('env', 'create', '--id', 'fifo', '--path', content, '--passphrase-file', fifo), {
    passphrase: null,
  });
  await Promise.all([expect(running).resolves.toMatchObject({ code: 0 }), writeWhenRead(fifo)]);
});

/** Opens the pipe once, as a shell's `<(…)` does. */
async function writeWhenRead(fifo: string): Promise<void> {
  const writer = spawn('sh', ['-c', 'printf "%s\\n" "$1" > "$2"', 'sh', PASSPHRASE, fifo]);
  await once(writer, 'close');
}

test('a port is a whole number up to 65535', async () => {
  const values = ['abc', '99999', '-1', '80.5', '', '0x50', '1e3'];
  await Promise.all(
    values.flatMap((value) => [
      expectRefusal(at('console', `--port=${value}`), { code: 'USAGE', exit: 2 }),
      expectRefusal(at('blockchain', 'start', `--port=${value}`), { code: 'USAGE', exit: 2 }),
    ]),
  );
});

test.skipIf(process.platform !== 'linux')('an empty or relative variable names no directory', async () => {
  const home = join(root, 'home');
  mkdirSync(home);
  const expected = join(home, '.local', 'share', 'quantum-lock');
  for (const XDG_DATA_HOME of ['', '.', 'relative/data', './x'])
    await expectRefusal(
      ['env', 'list'],
      { code: 'DATA_DIR_EMPTY', message: new RegExp(expected) },
      { cwd: root, environment: { HOME: home, XDG_DATA_HOME } },
    );
  for (const HOME of ['', 'somewhere'])
    await expectRefusal(
      ['env', 'list'],
      { code: 'DATA_DIR_EMPTY', message: /there is no chain in \// },
      { cwd: root, environment: { HOME, XDG_DATA_HOME: '' } },
    );
  await expectRefusal(['env', 'list', '--data', ''], { code: 'USAGE', exit: 2 });
});
