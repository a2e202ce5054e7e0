import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';

import type { Status } from '../../../src/api/chain/node.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { openInspection } from '../../../src/node/inspection/open-inspection.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { createBytes, foundTestChain, sealingKey, VALIDATOR_ID } from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { receiptOf } from '../storage/opened-node.ts';
import { exportTo, fillSource, inspect, inspectedHost, refused, sourceRoot, stateOfFiles } from './inspected.ts';

const source = sourceRoot();
const HEAD_HEIGHT = 8;

let original: Pick<Status, 'head_hash' | 'state_root' | 'log_root'>;

beforeAll(async () => {
  await fillSource(source);
  original = await statusOf(source.directory);
});

async function statusOf(dataDirectory: string): Promise<typeof original> {
  const node = await QuantumNode.open({ dataDirectory, key: null, now: Date.now });
  try {
    const { head_hash, state_root, log_root } = await node.status();
    return { head_hash, state_root, log_root };
  } finally {
    await node.close();
  }
}

/** The same chain, in each form that it comes in. */
const FORMS: readonly (readonly [string, () => string])[] = [
  ['an exported chain', () => source.blocks],
  ['a data directory', () => source.directory],
  ['a directory with a chain.db', () => dataPaths(source.directory).chain],
  ['a chain.db', () => join(dataPaths(source.directory).chain, 'chain.db')],
  ['a link to a file', () => linkTo(source.blocks)],
];

function linkTo(target: string): string {
  const link = join(temporaryDirectory(), 'link');
  symlinkSync(target, link);
  return link;
}

describe('a file is laid out', () => {
  test.each(FORMS)('from %s, and is the same chain', async (_, path) => {
    const { inspection } = await inspect(path());
    const { seals, head } = inspection;
    expect(head.height).toBe(HEAD_HEIGHT);
    expect(seals).toMatchObject([{ validatorId: VALIDATOR_ID, firstBlock: 0, lastBlock: HEAD_HEIGHT, blocks: 9 }]);
    expect(head.hash).toBe(original.head_hash);
    expect(await statusOf(inspection.dataDirectory)).toEqual(original);
  });

  test.each(FORMS)('from %s, into a directory in which everything verifies', async (_, path) => {
    const { inspection } = await inspect(path());
    const report = await verifyNode({
      dataDirectory: inspection.dataDirectory,
      verifyThreads: 1,
      onProgress: () => undefined,
    });
    expect(report).toMatchObject({ ok: true, findings: [], height: HEAD_HEIGHT });
  });

  test.each(FORMS)('from %s, in a folder of this user’s alone, that is gone when it is closed', async (_, path) => {
    const { inspection, temporaryFolder } = await inspect(path());
    const [name = ''] = readdirSync(temporaryFolder);
    expect(statSync(join(temporaryFolder, name)).mode & 0o777).toBe(0o700);
    expect(inspection.dataDirectory.startsWith(join(temporaryFolder, name))).toBe(true);
    expect(existsSync(join(inspection.dataDirectory, 'keys'))).toBe(false);
    inspection.close();
    expect(readdirSync(temporaryFolder)).toEqual([]);
  });

  test('with the content that the directory has, and says where there is none', async () => {
    const withContent = await inspectedHost(source.directory);
    const { blue } = await withContent.client.chain.environment({ env_id: 'with-files' });
    const { files } = await withContent.client.chain.files({ state_hash: blue.state_hash });
    expect(files.map(({ path }) => path)).toEqual(['env.py']);
    const shown = await withContent.client.chain.file({ state_hash: blue.state_hash, path: 'env.py' });
    expect(JSON.stringify(shown)).toContain('inspected');
    expect(withContent.inspection.view().limits).toHaveLength(1);
    const without = await inspectedHost(source.blocks);
    expect(await without.client.chain.files({ state_hash: blue.state_hash })).toMatchObject({ known: false });
    expect(without.inspection.view().limits.join()).toContain('no content');
  });

  test('as far as the newest block that has its seal', async () => {
    const copy = copied();
    const database = new Database(join(dataPaths(copy).chain, 'chain.db'));
    database.exec(`UPDATE blocks SET proof = NULL, final = 0 WHERE height = ${HEAD_HEIGHT}`);
    database.close();
    rmSync(join(copy, 'head.record'));
    const { inspection } = await inspect(copy);
    expect(inspection.head.height).toBe(HEAD_HEIGHT - 1);
    expect(inspection.view().limits.join()).toContain(`Block ${HEAD_HEIGHT} was decided and not sealed`);
  });

  test('and tells of a block that the directory had seen and no longer has', async () => {
    const shorter = copied();
    const rows = readFileSync(source.blocks, 'utf8').trimEnd().split('\n').slice(0, -2);
    const cut = join(temporaryDirectory(), 'cut.jsonl');
    writeFileSync(cut, `${rows.join('\n')}\n`);
    const { inspection: older } = await inspect(cut);
    cpSync(dataPaths(older.dataDirectory).chain, dataPaths(shorter).chain, { recursive: true, force: true });
    rmSync(join(dataPaths(shorter).chain, 'chain.db-wal'), { force: true });
    const { client } = await inspectedHost(shorter);
    expect((await client.chain.status()).alerts.map(({ code }) => code)).toContain('HISTORY_CHANGED');
  });
});

function copied(): string {
  const copy = join(temporaryDirectory(), 'data');
  cpSync(source.directory, copy, { recursive: true });
  return copy;
}

describe('the source stays as it is', () => {
  test('to the last byte, whatever is asked of it', async () => {
    const before = stateOfFiles(source.root);
    for (const [, path] of FORMS) {
      const { client, host } = await inspectedHost(path());
      await client.chain.environments({ zone: 'green', limit: 10 });
      await client.chain.audit({ filter: {}, limit: 10 });
      await client.chain.stateProof({ namespace: 'environments', key: 'one' });
      for await (const event of await client.operator.verify({})) expect(event.type).not.toBe('failed');
      await host.close();
    }
    expect(stateOfFiles(source.root)).toEqual(before);
  });

  test('with a log that was not moved into its database, and with nothing made beside it', async () => {
    const directory = join(temporaryDirectory(), 'data');
    foundTestChain(directory, { chainId: 'killed' });
    const node = await QuantumNode.open({ dataDirectory: directory, key: sealingKey(), now: Date.now });
    receiptOf(await node.submit(createBytes('one', { chainId: 'killed' })));
    const killed = join(temporaryDirectory(), 'data');
    cpSync(directory, killed, { recursive: true, filter: (path) => !path.endsWith('-shm') && !path.endsWith('.sock') });
    await node.close();
    expect(statSync(join(dataPaths(killed).chain, 'chain.db-wal')).size).toBeGreaterThan(0);
    const before = stateOfFiles(killed);
    const { inspection } = await inspect(killed);
    expect(inspection.head.height).toBe(1);
    expect(stateOfFiles(killed)).toEqual(before);
  });

  test('beside a node that runs on it', async () => {
    const directory = join(temporaryDirectory(), 'data');
    foundTestChain(directory, { chainId: 'running' });
    const node = await QuantumNode.open({ dataDirectory: directory, key: sealingKey(), now: Date.now });
    try {
      receiptOf(await node.submit(createBytes('one', { chainId: 'running' })));
      await node.query.indexedTo(node.height);
      const before = stateOfFiles(dataPaths(directory).chain);
      const { inspection } = await inspect(directory);
      expect(inspection.head.height).toBe(1);
      expect(stateOfFiles(dataPaths(directory).chain)).toEqual(before);
    } finally {
      await node.close();
    }
  });
});

describe('what is no chain is refused', () => {
  const cases: readonly (readonly [string, () => string, string])[] = [
    ['nothing', () => join(temporaryDirectory(), 'none'), 'INPUT_INVALID'],
    ['an empty directory', () => temporaryDirectory(), 'FILE_UNKNOWN'],
    ['an empty file', () => fileWith(''), 'FILE_UNKNOWN'],
    ['a text', () => fileWith('hello\n'), 'FILE_UNKNOWN'],
    ['other JSON', () => fileWith('{"format":"quantum-lock/trust/v1"}'), 'FILE_UNKNOWN'],
    ['a device', () => '/dev/null', 'FILE_UNKNOWN'],
    ['another database', () => otherDatabase(), 'CHAIN_INVALID'],
    ['a chain.db that is a link', () => linkedDatabase(), 'INPUT_INVALID'],
    ['the start of a line', () => fileWith('{"header":{'), 'CHAIN_INVALID'],
    ['a line that is none', () => fileWith('{"header":{}}\n'), 'CHAIN_INVALID'],
    ['a chain without its first block', () => fileWith(lines().slice(1).join('')), 'CHAIN_INVALID'],
    ['a chain with a block twice', () => fileWith([...lines(), lines().at(-1)].join('')), 'CHAIN_INVALID'],
    ['a chain in another order', () => fileWith(swapped().join('')), 'CHAIN_INVALID'],
    ['a chain with an empty line', () => fileWith(`${lines().join('')}\n`), 'CHAIN_INVALID'],
    ['a line with another end', () => fileWith(lines().join('').replaceAll('\n', '\r\n')), 'CHAIN_INVALID'],
    ['bytes that are no text', () => bytesIn(Buffer.of(0xff, 0xfe)), 'CHAIN_INVALID'],
  ];

  test.each(cases)('%s', async (_, path, code) => {
    const temporaryFolder = temporaryDirectory();
    await expect(refused(path(), temporaryFolder)).resolves.toBe(code);
    expect(readdirSync(temporaryFolder)).toEqual([]);
  });

  test('another chain’s blocks in place of the last', async () => {
    const other = sourceOf('other');
    foundTestChain(other, { chainId: 'inspected-chain', timestamp: Date.now() - 1_000 });
    const foreign = join(temporaryDirectory(), 'foreign.jsonl');
    await exportTo(other, foreign);
    const mixed = [...lines().slice(0, -1), readFileSync(foreign, 'utf8')];
    await expect(refused(fileWith(mixed.join('')))).resolves.toBe('CHAIN_INVALID');
  });

  test('with the place of the first block that is wrong', async () => {
    const all = lines();
    all[4] = (all[4] ?? '').replace('"name":"four"', '"name":"5our"');
    const running = openInspection({
      path: fileWith(all.join('')),
      verifyThreads: 1,
      onProgress: () => undefined,
      temporaryFolder: temporaryDirectory(),
    });
    await expect(running).rejects.toMatchObject({ code: 'CHAIN_INVALID', context: { place: 'block 4' } });
  });
});

const lines = (): string[] =>
  readFileSync(source.blocks, 'utf8')
    .split(/(?<=\n)/)
    .filter((line) => line !== '');

function swapped(): string[] {
  const [first = '', second = '', ...rest] = lines();
  return [second, first, ...rest];
}

function fileWith(text: string): string {
  return bytesIn(Buffer.from(text));
}

function bytesIn(bytes: Uint8Array): string {
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(
    path,
    bytes.length === 2 ? Buffer.concat([Buffer.from('{"header":{'), bytes, Buffer.from('\n')]) : bytes,
  );
  return path;
}

function sourceOf(name: string): string {
  return join(temporaryDirectory(), name);
}

function otherDatabase(): string {
  const directory = temporaryDirectory();
  const database = new Database(join(directory, 'chain.db'));
  database.exec('CREATE TABLE secrets (word TEXT)');
  database.close();
  return directory;
}

function linkedDatabase(): string {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'chain'));
  symlinkSync(join(dataPaths(source.directory).chain, 'chain.db'), join(directory, 'chain', 'chain.db'));
  return directory;
}
