import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tmpdir } from 'node:os';

import type { Alert } from '../../../src/api/chain/node.ts';
import type { Receipt } from '../../../src/ledger/transactions/receipt.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { Indexer } from '../../../src/node/query/indexer.ts';
import { openIndex } from '../../../src/node/query/open-index.ts';
import { ChainReader } from '../../../src/node/storage/chain-reader.ts';
import { createBytes, foundTestChain, promoteBytes, sealingKey } from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { openedNode, receiptOf } from '../storage/opened-node.ts';

const BLOCKS = 40;

describe('the index', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-index-'));
  const filled = join(root, 'filled');
  const receipts: Receipt[] = [];
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  beforeAll(async () => {
    foundTestChain(filled);
    const node = await QuantumNode.open({ dataDirectory: filled, key: sealingKey(), now: Date.now });
    for (let block = 0; block < BLOCKS; block++) {
      for (const result of await node.submitBatch([
        createBytes(`env-${block}`),
        promoteBytes(`env-${block}`, `env-${block}`),
      ]))
        receipts.push(receiptOf(result));
    }
    await node.query.indexedTo(node.height);
    await node.close();
  });

  function copied(): string {
    const data = join(temporaryDirectory(), 'data');
    cpSync(filled, data, { recursive: true });
    return data;
  }

  async function expectWhole(node: QuantumNode): Promise<void> {
    await node.query.indexedTo(node.height);
    expect(await Promise.all(receipts.map(({ id }) => node.query.receipt(id)))).toEqual(receipts);
    expect(await node.query.auditCount({ filter: { actions: ['promote_environment'] } })).toEqual({
      count: BLOCKS,
      exact: true,
    });
    expect(await node.query.auditCount({ filter: { text: 'env-7' } })).toEqual({ count: 2, exact: true });
    expect(await node.query.environments({ zone: 'green', archived: false, limit: 100 })).toMatchObject({
      blue_count: BLOCKS,
      green_count: BLOCKS,
    });
    expect((await node.query.lineage({ env_id: 'env-3' })).nodes).toHaveLength(2);
  }

  const alertsOf = async (node: QuantumNode): Promise<readonly Alert['code'][]> =>
    (await node.status()).alerts.map(({ code }) => code);

  test('is made anew where it was deleted', async () => {
    const data = copied();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(data, `index.db${suffix}`), { force: true });
    await expectWhole(await openedNode(data));
    expect(existsSync(join(data, 'index.db'))).toBe(true);
  });

  test('is made anew where it is no database any more', async () => {
    const data = copied();
    for (const suffix of ['-wal', '-shm']) rmSync(join(data, `index.db${suffix}`), { force: true });
    writeFileSync(join(data, 'index.db'), Buffer.alloc(20_000, 3));
    await expectWhole(await openedNode(data));
  });

  test('of another version of this program is made anew, and that is told', async () => {
    for (const version of [1, 77]) {
      const data = copied();
      const database = new Database(join(data, 'index.db'));
      database.pragma(`user_version = ${version}`);
      database.close();
      const node = await openedNode(data, 'read');
      await expectWhole(node);
      expect(await alertsOf(node)).toContain('INDEX_DIFFERED');
    }
  });

  test('is made anew while it is read, where a page in its middle is damaged', async () => {
    const data = copied();
    const path = join(data, 'index.db');
    const bytes = readFileSync(path);
    const pageSize = bytes.readUInt16BE(16);
    // All but the schema: so it opens, and every read meets damage.
    for (let page = 2; page * pageSize < bytes.length; page++) bytes.fill(0xff, page * pageSize, page * pageSize + 100);
    writeFileSync(path, bytes);
    const node = await openedNode(data);
    await expectWhole(node);
    expect(await alertsOf(node)).not.toContain('STORAGE_CORRUPT');
  });

  test('of another chain is not taken for this one', async () => {
    const data = copied();
    const other = join(temporaryDirectory(), 'other');
    foundTestChain(other, { chainId: 'other-chain' });
    const otherNode = await openedNode(other);
    receiptOf(await otherNode.submit(createBytes('foreign', { chainId: 'other-chain' })));
    await otherNode.query.indexedTo(otherNode.height);
    await otherNode.close();
    for (const suffix of ['-wal', '-shm']) rmSync(join(data, `index.db${suffix}`), { force: true });
    cpSync(join(other, 'index.db'), join(data, 'index.db'));
    const node = await openedNode(data);
    await expectWhole(node);
    expect(await node.query.auditCount({ filter: { env_id: 'foreign' } })).toEqual({ count: 0, exact: true });
  });

  test('that has seen more blocks than the chain has says that blocks are gone', async () => {
    const data = copied();
    const older = join(temporaryDirectory(), 'older');
    cpSync(filled, older, { recursive: true });
    const node = await openedNode(data);
    receiptOf(await node.submit(createBytes('newest')));
    await node.query.indexedTo(node.height);
    await node.close();
    rmSync(dataPaths(data).chain, { recursive: true });
    cpSync(dataPaths(older).chain, dataPaths(data).chain, { recursive: true });
    const again = await openedNode(data);
    await expectWhole(again);
    expect(await alertsOf(again)).toEqual(expect.arrayContaining(['INDEX_DIFFERED', 'HISTORY_CHANGED']));
    expect((await again.status()).health).toBe('failed');
  });

  test('is taken further by two processes at once without a block twice', () => {
    const data = copied();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(data, `index.db${suffix}`), { force: true });
    const { reader, database } = ChainReader.open(dataPaths(data).chain);
    const left = openIndex(data, reader);
    const right = openIndex(data, reader);
    for (let turn = 0; turn < 2 * BLOCKS + 2; turn++)
      (turn % 3 === 0 ? left : right).indexer.advance(reader.height(), 0);
    for (const { indexer, database: index } of [left, right]) {
      while (indexer.advance(reader.height(), 0)) expect(indexer.height).toBeLessThan(reader.height());
      expect(indexer.height).toBe(reader.height());
      expect(index.prepare('SELECT count(*) FROM entries').pluck().get()).toBe(receipts.length + 1);
      index.close();
    }
    database.close();
  });

  test('skips no block after a failure in the middle of several', () => {
    const data = copied();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(data, `index.db${suffix}`), { force: true });
    const { reader, database } = ChainReader.open(dataPaths(data).chain);
    const { database: index } = openIndex(data, reader);
    let readsLeft = 10;
    const failing = new Proxy(reader, {
      get: (target, name) => {
        if (name === 'transactionsOf' && readsLeft-- === 0) throw new Error('the disk did not answer');
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const indexer = new Indexer(index, failing);
    expect(() => indexer.advance(reader.height(), 10_000)).toThrow('the disk did not answer');
    expect(indexer.height).toBe(-1);
    expect(indexer.advance(reader.height(), 10_000)).toBe(false);
    expect(index.prepare('SELECT count(*) FROM entries').pluck().get()).toBe(receipts.length + 1);
    expect(
      index
        .prepare(
          'SELECT count(*) FROM entries WHERE action NOT IN (SELECT id FROM actions) OR signer NOT IN (SELECT id FROM signers)',
        )
        .pluck()
        .get(),
    ).toBe(0);
    index.close();
    database.close();
  });
});
