import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import type { BlockView } from '../../src/api/chain/blocks.ts';
import { dm, dmJson, onlyDocument, startDm, temporaryRoot } from './dm.ts';

/** The seed's own names, which other tools read. */
const BLOCK_FIELDS = ['index', 'timestamp', 'transactions', 'proof', 'previous_hash', 'hash', 'validator'];
const TRANSACTION_FIELDS = ['sender', 'recipient', 'action', 'payload', 'signature', 'timestamp'];

describe('the dm command', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const cartpole = join(root, 'cartpole');
  let made: Readonly<Record<string, unknown>>;
  const inData = (...args: readonly string[]): readonly string[] => [...args, '--data', data];

  beforeAll(async () => {
    mkdirSync(join(cartpole, 'assets'), { recursive: true });
    writeFileSync(join(cartpole, 'env.py'), 'class CartPole: pass\n');
    writeFileSync(join(cartpole, 'assets', 'pole.xml'), '<pole/>\n');
    made = await dmJson(inData('blockchain', 'init', '--key-store', 'file', '--chain-id', 'acceptance'));
  });

  test('makes a chain, with its keys where it was told', () => {
    expect(made).toMatchObject({ chain_id: 'acceptance', data, key_store: 'file', passphrase_file: null });
  });

  test('takes an environment from a directory to Green, and everything verifies', async () => {
    const created = await dmJson(inData('env', 'create', '--id', 'cartpole', '--path', cartpole));
    expect(created).toMatchObject({
      action: 'create_environment',
      block_index: 1,
      log_index: 1,
      env_id: 'cartpole',
      file_count: 2,
    });
    const promoted = await dm(inData('env', 'promote', '--id', 'cartpole'));
    expect(promoted.code, promoted.stderr).toBe(0);
    expect(promoted.stdout).toContain('Green');
    const inspected = await dm(inData('blockchain', 'inspect', '--state', 'cartpole'));
    expect(inspected.code).toBe(0);
    expect(inspected.stdout).toMatch(/green\s+version 1\s+0x[0-9a-f]{64}/);
    const verified = await dm(inData('blockchain', 'verify', '--integrity-check'));
    expect(verified.code).toBe(0);
    expect(verified.stdout).toContain('everything verifies');
  });

  test('prints a block with the fields of the seed, the same in text and as a document', async () => {
    const asText = await dm(inData('blockchain', 'inspect', '--block', '1'));
    const block = JSON.parse(asText.stdout) as BlockView;
    expect(Object.keys(block)).toEqual(expect.arrayContaining(BLOCK_FIELDS));
    expect(Object.keys(block.transactions[0] ?? {})).toEqual(expect.arrayContaining(TRANSACTION_FIELDS));
    expect(await dmJson<BlockView>(inData('blockchain', 'inspect', '--block', '1'))).toEqual(block);
    const [id = ''] = block.transaction_ids;
    const transaction = await dmJson(inData('blockchain', 'inspect', '--transaction', id));
    expect(transaction).toMatchObject({ id, block_index: 1, action: 'create_environment' });
    const previous = await dmJson<BlockView>(inData('blockchain', 'inspect', '--block', '0'));
    expect(block.previous_hash).toBe(previous.hash);
  });

  test('updates, checkpoints, merges and archives', async () => {
    writeFileSync(join(cartpole, 'env.py'), 'class CartPole:\n  steps = 500\n');
    const updated = await dmJson(
      inData('env', 'update', '--id', 'cartpole', '--path', cartpole, '--name', 'Cart pole'),
    );
    expect(updated).toMatchObject({ action: 'update_environment', files_changed: 1 });
    const promoted = await dmJson(inData('env', 'promote', '--id', 'cartpole', '--metadata', '{"score":"0.97"}'));
    expect(promoted).toMatchObject({ version: 2 });
    const checkpoint = await dmJson(inData('env', 'checkpoint', '--id', 'cartpole', '--version', '2.0.0'));
    expect(checkpoint).toMatchObject({ action: 'checkpoint_state', version: '2.0.0' });
    await dmJson(inData('env', 'create', '--id', 'pendulum', '--path', cartpole));
    const merged = await dmJson(
      inData('env', 'merge', '--sources', 'cartpole', '--target', 'pendulum', '--strategy', 'weighted_average'),
    );
    expect(merged).toMatchObject({ action: 'merge_environments' });
    const archived = await dmJson(inData('env', 'archive', '--id', 'pendulum', '--reason', 'merged'));
    expect(archived).toMatchObject({ action: 'archive_environment' });
  });

  test('shows any moment of an environment', async () => {
    const then = await dmJson(inData('blockchain', 'inspect', '--state', 'cartpole', '--at', '1'));
    expect(then).toMatchObject({ height: 1, green: null, blue: { version: 1 } });
    const now = await dmJson(
      inData('blockchain', 'inspect', '--state', 'cartpole', '--at', new Date(Date.now()).toISOString()),
    );
    expect(now).toMatchObject({
      green: { version: 2, metadata: { name: 'Cart pole', score: '0.97' } },
      checkpoint: { version: '2.0.0' },
    });
  });

  const READS: readonly (readonly [args: readonly string[], text: RegExp, document: object])[] = [
    [['blockchain', 'status'], /height\s+\d+/, { chain_id: 'acceptance', health: 'healthy', running: false }],
    [['blockchain', 'verify'], /everything verifies/, { ok: true, findings: [] }],
    [['blockchain', 'inspect', '--state', 'cartpole'], /env_id\s+cartpole/, { env_id: 'cartpole' }],
    [['env', 'list'], /^environment\s+blue\s+green/, { blue_count: 2, green_count: 1 }],
    [
      ['env', 'list', '--zone', 'green', '--text', 'cart', '--archived', '--limit', '5'],
      /cartpole/,
      { next_after: null },
    ],
    [
      ['env', 'list', '--stage', 'same', '--sort', 'promoted'],
      /^environment .*\ncartpole /,
      { environments: [{ env_id: 'cartpole' }] },
    ],
    [['env', 'list', '--tag', 'nothing has it'], /^No environment fits\./, { environments: [] }],
    [['env', 'list', '--owner', 'nobody'], /^No environment fits\./, { environments: [], blue_count: 2 }],
    [['env', 'show', '--id', 'cartpole'], /blue\s+version 2/, { env_id: 'cartpole' }],
    [['env', 'history', '--id', 'cartpole'], /promote\s+Green v2/, { truncated: false }],
    [['env', 'verify', '--id', 'cartpole'], /^ok/, { env_id: 'cartpole', zone: 'green', directory: null }],
    [['key', 'list'], /Administrator/, {}],
    [['key', 'show', 'Administrator'], /fingerprint/, { name: 'Administrator', acting: true }],
  ];
  test.each(READS)('answers dm %j for a person and for a program', async (args, text, document) => {
    const asText = await dm(inData(...args));
    expect(asText.code, asText.stderr).toBe(0);
    expect(asText.stdout).toMatch(text);
    expect(asText.stderr).toBe('');
    const asJson = await dm(inData(...args, '--json'));
    expect(asJson.code).toBe(0);
    expect(asJson.stderr).toBe('');
    expect(onlyDocument(asJson.stdout)).toMatchObject(document);
  });

  test('checks a directory against the version on the chain', async () => {
    const same = await dmJson(inData('env', 'verify', '--id', 'cartpole', '--path', cartpole));
    expect(same).toMatchObject({ directory: { same: true } });
    const other = join(root, 'other');
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'env.py'), 'something else\n');
    const ran = await dm(inData('env', 'verify', '--id', 'cartpole', '--path', other, '--json'));
    expect(ran.code).toBe(1);
    expect(onlyDocument(ran.stdout)).toMatchObject({ directory: { same: false } });
    expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: 'INPUT_INVALID' } });
  });

  test('makes, takes in and chooses keys, and never shows a secret', async () => {
    const made = await dmJson<{ key_id: string }>(
      inData('key', 'create', '--name', 'Operations 2', '--key-store', 'file'),
    );
    const secret = 'a1'.repeat(32);
    writeFileSync(join(root, 'secret'), `${secret}\n`);
    const taken = await dmJson(
      inData('key', 'import', '--name', 'Old key', '--secret-file', join(root, 'secret'), '--key-store', 'file'),
    );
    expect(taken).toMatchObject({ name: 'Old key', store: 'file' });
    const all = await dm(inData('key', 'list', '--json'));
    expect(all.stdout).not.toContain(secret);
    expect(await dmJson(inData('key', 'use', made.key_id))).toMatchObject({ key_id: made.key_id, acting: true });
    const refused = await dm(inData('env', 'promote', '--id', 'cartpole', '--json'));
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stderr)).toMatchObject({
      error: { code: 'TRANSACTION_REJECTED', context: { reject_name: 'SIGNER_UNKNOWN' } },
    });
    expect(await dmJson(inData('key', 'use', 'Administrator'))).toMatchObject({ acting: true });
  });

  test('signs with the key that --as names', async () => {
    const refused = await dm(inData('env', 'archive', '--id', 'cartpole', '--as', 'Operations 2', '--json'));
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { context: { reject_name: 'SIGNER_UNKNOWN' } } });
  });

  test('measures this machine on a scratch chain', async () => {
    const report = await dmJson<{ throughput: { committed_per_second: number } }>(
      inData('blockchain', 'benchmark', '--transactions', '200'),
    );
    expect(report.throughput.committed_per_second).toBeGreaterThan(0);
    expect((await dmJson(inData('blockchain', 'verify')))['ok']).toBe(true);
  });

  test('makes a sandbox with three administrators', async () => {
    const made = await dmJson<{ administrators: readonly unknown[] }>([
      'blockchain',
      'init',
      '--sandbox',
      '--key-store',
      'file',
      '--data',
      join(root, 'sandbox'),
    ]);
    expect(made.administrators).toHaveLength(3);
  });

  test('leaves a passphrase beside the keys only where it is given none, and says so', async () => {
    const made = await dm(['blockchain', 'init', '--key-store', 'file', '--data', join(root, 'generated'), '--json'], {
      passphrase: null,
    });
    expect(made.code, made.stderr).toBe(0);
    expect(onlyDocument(made.stdout)).toMatchObject({ passphrase_file: join(root, 'generated', 'keys', 'passphrase') });
    expect(made.stderr).toContain('passphrase');
    const created = await dmJson(
      ['env', 'create', '--id', 'maze', '--path', cartpole, '--data', join(root, 'generated')],
      { passphrase: null },
    );
    expect(created).toMatchObject({ env_id: 'maze' });
  });

  test('serves the console as a page and stops when told', async () => {
    const child = startDm(inData('console', '--json'));
    let output = '';
    for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
      output += text;
      if (output.endsWith('\n')) {
        expect(onlyDocument(output)).toMatchObject({
          url: expect.stringMatching(/^http:\/\/[0-9a-f]{32}\.localhost:\d+\/#sign-in=[0-9a-f]{64}$/) as unknown,
          public_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/) as unknown,
          chain: { chain_id: 'acceptance' },
        });
        child.kill('SIGTERM');
      }
    }
    expect(child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)))).toBe(0);
  });

  test('says its version, and helps', async () => {
    expect(await dm(['--version'])).toMatchObject({ code: 0, stderr: '' });
    const help = await dm(['env', 'create', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('--path <DIR>');
  });
});
