import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { IDS_RECORD_SIZE_BYTES_MAX, IDS_RUN_TRANSACTIONS } from '../../../src/base/limits.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import {
  readIdsRecord,
  vouchFor,
  writeIdsRecord,
  type IdsRun,
  type VouchedRun,
  type VouchingKey,
} from '../../../src/node/storage/ids-record.ts';
import { coded } from '../../coded.ts';
import {
  administratorSigner,
  createBytes,
  foundTestChain,
  sealingKey,
  signForChainIn,
  testChain,
} from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { receiptOf, rejectionOf } from '../storage/opened-node.ts';
import { openedEngine } from './opened-engine.ts';

/** Of six blocks, each of two transactions, whose ids the node vouched for when it ended. */
const root = mkdtempSync(join(tmpdir(), 'quantum-lock-ids-'));
const filled = join(root, 'filled');
const sent: Uint8Array[] = [];
const BLOCKS = 6;
const TRANSACTIONS = 1 + 2 * BLOCKS;

beforeAll(async () => {
  foundTestChain(filled);
  const node = await QuantumNode.open({ dataDirectory: filled, key: sealingKey(), now: Date.now });
  for (let block = 0; block < BLOCKS; block++) {
    const pair = [createBytes(`env-${block}-a`), createBytes(`env-${block}-b`)];
    for (const result of await node.submitBatch(pair)) receiptOf(result);
    sent.push(...pair);
  }
  await node.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function copyOf(directory: string): string {
  const copy = join(temporaryDirectory(), 'data');
  cpSync(directory, copy, { recursive: true });
  signForChainIn(copy);
  return copy;
}

const chainOf = (data: string): string => join(data, 'chain');
const recordOf = (data: string): string => join(chainOf(data), 'ids.record');

function change(data: string, sql: string): void {
  const database = new Database(join(chainOf(data), 'chain.db'));
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** The newest run that was vouched for. */
function newestOf(data: string): VouchedRun {
  const vouched = readIdsRecord(chainOf(data)).at(-1);
  if (vouched === undefined) throw new Error('nothing was vouched for');
  return vouched;
}

function rowOf(data: string, height: number): Buffer {
  const database = new Database(join(chainOf(data), 'chain.db'), { readonly: true });
  try {
    return database.prepare('SELECT entries FROM block_ids WHERE height = ?').pluck().get(height) as Buffer;
  } finally {
    database.close();
  }
}

function putRow(data: string, height: number, entries: Buffer): void {
  change(data, `UPDATE block_ids SET entries = x'${entries.toString('hex')}' WHERE height = ${height}`);
}

/** What everybody who was here before gets again, and that nobody gets in twice. */
async function expectRemembered(data: string): Promise<void> {
  const { engine, store, close } = openedEngine(data);
  expect(engine.stats().recent).toBe(TRANSACTIONS);
  const results = await engine.submit(sent);
  expect(results.map((result) => receiptOf(result).log_index)).toEqual(sent.map((_, index) => index + 1));
  expect(store.reader.head().header.log_size).toBe(TRANSACTIONS);
  await close();
}

/** Where a start looks at every block of the window, it finds that this one is not proved; where it knows that it need not, it does not. */
const CHANGED_PROOF = 'UPDATE blocks SET proof = (SELECT proof FROM blocks WHERE height = 4) WHERE height = 3';

test('a start takes the ids that this node vouched for, and looks at none of their blocks', async () => {
  const data = copyOf(filled);
  await expectRemembered(data);
  change(data, CHANGED_PROOF);
  const { engine, close } = openedEngine(data);
  expect(engine.stats().recent).toBe(TRANSACTIONS);
  await close();
  rmSync(recordOf(data));
  expect(() => openedEngine(data)).toThrow(coded('STORAGE_CORRUPT'));
});

describe('a store whose ids were changed is refused, and the block is named', () => {
  const swapped = (row: Buffer): Buffer => Buffer.concat([row.subarray(40), row.subarray(0, 40)]);
  const laterBy = (row: Buffer, ms: bigint): Buffer => {
    const changed = Buffer.from(row);
    changed.writeBigUInt64BE(changed.readBigUInt64BE(32) + ms, 32);
    return changed;
  };
  test.each<readonly [string, string, (data: string) => void]>([
    ['a row that was taken out', 'block 3', (data) => change(data, 'DELETE FROM block_ids WHERE height = 3')],
    ['an id that was taken out', 'block 3', (data) => putRow(data, 3, rowOf(data, 3).subarray(40))],
    [
      'all ids of a block that were taken out',
      'block 3',
      (data) => change(data, "UPDATE block_ids SET entries = x'' WHERE height = 3"),
    ],
    [
      'a changed id',
      'block 3',
      (data) => putRow(data, 3, Buffer.concat([Buffer.alloc(32, 7), rowOf(data, 3).subarray(32)])),
    ],
    [
      'an id too many',
      'block 3',
      (data) => putRow(data, 3, Buffer.concat([rowOf(data, 3), Buffer.alloc(32, 7), rowOf(data, 3).subarray(32, 40)])),
    ],
    ['an id under another minute', 'block 3', (data) => putRow(data, 3, laterBy(rowOf(data, 3), 60_000n))],
    ['ids in another order', 'block 3', (data) => putRow(data, 3, swapped(rowOf(data, 3)))],
    [
      'an id that was moved to the block after it',
      'block 4',
      (data) => {
        const [three, four] = [rowOf(data, 3), rowOf(data, 4)];
        putRow(data, 3, three.subarray(0, 40));
        putRow(data, 4, Buffer.concat([three.subarray(40), four]));
      },
    ],
    [
      'the rows of two blocks in the place of each other',
      'block 4',
      (data) => {
        const [three, four] = [rowOf(data, 3), rowOf(data, 4)];
        putRow(data, 3, four);
        putRow(data, 4, three);
      },
    ],
    [
      'a row that no block has',
      'row 7 of block_ids',
      (data) => change(data, 'INSERT INTO block_ids SELECT 7, entries FROM block_ids WHERE height = 3'),
    ],
  ])('%s', (_, place, damage) => {
    const data = copyOf(filled);
    damage(data);
    expect(() => openedEngine(data)).toThrow(coded('STORAGE_CORRUPT'));
    expect(() => openedEngine(data)).toThrow(new RegExp(`${place}\\b`));
  });
});

describe('a record that this node did not make counts for nothing', () => {
  const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
  /** The run as it would be if the changed row were right. */
  const altered = (data: string): IdsRun => {
    const { run } = newestOf(data);
    const rows = Array.from({ length: BLOCKS }, (_, offset) => sha256(rowOf(data, run.first_height + offset)));
    expect(run).toMatchObject({ first_height: 1, last_height: BLOCKS });
    return { ...run, entries_hash: `0x${sha256(Buffer.concat(rows)).toString('hex')}` as IdsRun['entries_hash'] };
  };
  const forged = (data: string, by: VouchingKey): VouchedRun => vouchFor(altered(data), testChain().genesis, by);

  test.each<readonly [string, (data: string) => VouchedRun]>([
    ['by another key', (data) => forged(data, administratorSigner())],
    [
      'by another key, and said to be by the right one',
      (data) => ({ ...forged(data, administratorSigner()), public_key: sealingKey().publicKey }),
    ],
    ['with the MAC over another run', (data) => ({ ...newestOf(data), run: altered(data) })],
    [
      'made for another chain',
      (data) => {
        const run = altered(data);
        const { secret, publicKey } = sealingKey();
        return vouchFor(run, `0x${'11'.repeat(32)}` as IdsRun['last_hash'], { secret, publicKey });
      },
    ],
  ])('%s', (_, forge) => {
    const data = copyOf(filled);
    putRow(data, 3, Buffer.concat([Buffer.alloc(32, 7), rowOf(data, 3).subarray(32)]));
    writeIdsRecord(chainOf(data), [forge(data)]);
    expect(() => openedEngine(data)).toThrow(coded('STORAGE_CORRUPT'));
    expect(() => openedEngine(data)).toThrow(/block 3\b/);
  });

  test('which the right key would make, so that these tests can fail', () => {
    const data = copyOf(filled);
    putRow(data, 3, Buffer.concat([Buffer.alloc(32, 7), rowOf(data, 3).subarray(32)]));
    writeIdsRecord(chainOf(data), [forged(data, sealingKey())]);
    openedEngine(data);
  });
});

describe('without a record that helps, the transactions are read again, and all are remembered', () => {
  test.each<readonly [string, (path: string) => void]>([
    ['none', (path) => rmSync(path)],
    ['an empty one', (path) => writeFileSync(path, '')],
    ['one that is no JSON', (path) => writeFileSync(path, '{"format":')],
    ['one of another format', (path) => writeFileSync(path, '{"format":"quantum-lock/ids-record/v2","runs":[]}')],
    ['one that is too large', (path) => writeFileSync(path, Buffer.alloc(IDS_RECORD_SIZE_BYTES_MAX + 1, ' '))],
    [
      'a folder',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])('%s', async (_, damage) => {
    const data = copyOf(filled);
    damage(recordOf(data));
    await expectRemembered(data);
  });

  test('an older one: what came after it is checked', async () => {
    const data = copyOf(filled);
    const older = readFileSync(recordOf(data));
    const { engine, close } = openedEngine(data);
    receiptOf((await engine.submit([createBytes('later')]))[0]);
    await close();
    writeFileSync(recordOf(data), older);
    const damaged = copyOf(data);
    putRow(damaged, 7, Buffer.concat([Buffer.alloc(32, 7), rowOf(damaged, 7).subarray(32)]));
    expect(() => openedEngine(damaged)).toThrow(/block 7\b/);
    expect(openedEngine(data).engine.stats().recent).toBe(TRANSACTIONS + 1);
  });

  test('one of another history of the same chain, which says the truth of other blocks', async () => {
    const [ours, theirs] = [copyOf(filled), copyOf(filled)];
    const [once, never] = [createBytes('once'), createBytes('never')];
    for (const [data, bytes] of [
      [ours, once],
      [theirs, never],
    ] as const) {
      const { engine, close } = openedEngine(data);
      receiptOf((await engine.submit([bytes]))[0]);
      await close();
    }
    cpSync(recordOf(theirs), recordOf(ours));
    const damaged = copyOf(ours);
    putRow(damaged, 7, rowOf(theirs, 7));
    expect(() => openedEngine(damaged)).toThrow(/block 7\b/);
    const { engine, store } = openedEngine(ours);
    const results = await engine.submit([once, never]);
    expect(results.map((result) => receiptOf(result).log_index)).toEqual([TRANSACTIONS, TRANSACTIONS + 1]);
    expect(store.reader.head().header.log_size).toBe(TRANSACTIONS + 2);
  });
});

test('a node that is killed has vouched for all but the newest transactions', async () => {
  const data = copyOf(filled);
  rmSync(recordOf(data));
  const { engine, store, close } = openedEngine(data);
  const many = Array.from({ length: IDS_RUN_TRANSACTIONS + 500 }, (_, index) => createBytes(`many-${index}`));
  const results = await engine.submit(many);
  expect(results.filter(({ outcome }) => outcome === 'committed')).toHaveLength(many.length);
  // As it lies there while the node runs.
  const runs = readIdsRecord(chainOf(data)).map(({ run }) => run);
  const vouched = runs.at(-1)?.last_height ?? -1;
  const { header } = store.reader.block(vouched);
  expect(store.reader.head().header.log_size - header.log_size).toBeLessThan(IDS_RUN_TRANSACTIONS);
  expect(runs.map(({ first_height }) => first_height)).toEqual([
    0,
    ...runs.slice(0, -1).map(({ last_height }) => last_height + 1),
  ]);
  const killed = readFileSync(recordOf(data));
  await close();
  writeFileSync(recordOf(data), killed);
  const damaged = copyOf(data);
  const height = Math.floor(vouched / 2);
  putRow(damaged, height, rowOf(damaged, height).subarray(40));
  expect(() => openedEngine(damaged)).toThrow(new RegExp(`block ${height}\\b`));
  const again = openedEngine(data);
  expect(again.engine.stats().recent).toBe(TRANSACTIONS + many.length);
  expect(rejectionOf((await again.engine.submit([many[4_000] as Uint8Array]))[0])).toBe('committed');
  expect(again.store.reader.head().header.log_size).toBe(TRANSACTIONS + many.length);
});
