import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { BlobStore } from '../../../src/node/blobs/blob-store.ts';
import { StoredContent } from '../../../src/node/blobs/stored-content.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { readNodeConfig, writeNodeConfig } from '../../../src/node/data-directory/node-config.ts';
import { proveConsistency } from '../../../src/node/query/prove-consistency.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { StandingAlerts } from '../../../src/node/monitoring/standing-alerts.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { sampled } from '../../crash/seeded-random.ts';
import {
  createBytes,
  foundTestChain,
  hashOf,
  sealingKey,
  signForChainIn,
  updateBytes,
} from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { openedNode, receiptOf } from './opened-node.ts';

/** What nobody reads at a start is looked at in the background, and nothing is sealed behind damage that was found. */
describe('a data directory that was changed where nobody looks', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-scrub-'));
  const filled = join(root, 'filled');
  /** With two full tiles of the log. */
  const tall = join(root, 'tall');
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  beforeAll(async () => {
    foundTestChain(filled);
    const node = await QuantumNode.open({ dataDirectory: filled, key: sealingKey(), now: Date.now });
    const blobs = new BlobStore({ directory: dataPaths(filled).blobs, stored: new StoredContent(filled) });
    const files = join(root, 'files');
    mkdirSync(files);
    writeFileSync(join(files, 'env.py'), 'SIZE = 8\n');
    writeFileSync(join(files, 'weights.bin'), Buffer.alloc(1_500_000, 'w'));
    const { state_hash } = await blobs.storeDirectory(files);
    receiptOf(await node.submit(createBytes('stored', { stateHash: state_hash })));
    const created = Array.from({ length: 12 }, (_, index) => createBytes(`env-${index}`));
    for (const result of await node.submitBatch(created)) receiptOf(result);
    for (let round = 1; round < 5; round++)
      receiptOf(await node.submit(updateBytes('env-7', `content ${round}`, { baseVersion: round })));
    await node.query.indexedTo(node.height);
    await blobs.close();
    await node.close();
    foundTestChain(tall);
    const other = await QuantumNode.open({ dataDirectory: tall, key: sealingKey(), now: Date.now });
    for (const count of [300, 260]) {
      const many = Array.from({ length: count }, (_, index) => createBytes(`env-${count}-${index}`));
      for (const result of await other.submitBatch(many)) receiptOf(result);
    }
    await other.query.indexedTo(other.height);
    await other.close();
    signForChainIn(filled);
  }, 120_000);

  function changed(file: string, sql: string, from = filled): string {
    const data = join(temporaryDirectory(), 'data');
    cpSync(from, data, { recursive: true });
    const database = new Database(join(data, file));
    database.exec(sql);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    return data;
  }

  async function alertsOf(node: QuantumNode): Promise<string[]> {
    // Where not even the status can be read, that is what is told.
    const { alerts } = await node.status().catch((error: unknown) => ({ alerts: [error as { code: string }] }));
    return alerts.map(({ code }) => code).filter((code) => code !== 'LOW_DISK');
  }

  const swapped = (table: string, column: string, [left, right]: readonly [number, number]): string =>
    `UPDATE ${table} SET ${column} = (SELECT o.${column} FROM ${table} o WHERE o.rowid = ${left + right} - ${table}.rowid) WHERE rowid IN (${left}, ${right})`;

  test('is told from one where nothing was', async () => {
    const data = changed('chain/chain.db', 'SELECT 1');
    const node = await openedNode(data);
    await node.query.scrubbed();
    expect(await alertsOf(node)).toEqual([]);
    receiptOf(await node.submit(createBytes('after')));
    await node.query.scrubbed();
    expect(await alertsOf(node)).toEqual([]);
  });

  const changes = [
    ['state pages in each other’s place', swapped('state_pages', 'bytes', [3, 5])],
    [
      'a state page of an older block where a newer one stood',
      'UPDATE state_pages SET bytes = (SELECT bytes FROM state_pages WHERE id = 4) WHERE id = 6',
    ],
    ['state values in each other’s place', swapped('state_values', 'value', [9, 12])],
    ['a state value under another key', "UPDATE state_values SET key = 'env-8' WHERE id = 15"],
    ['a state value taken out', 'DELETE FROM state_values WHERE id = 11'],
    ['the ids of another block', swapped('block_ids', 'entries', [3, 4])],
    ['a tile that the log has not reached', `INSERT INTO log_tiles VALUES (${2 ** 40}, x'00', x'00')`],
    ['a remark among its names', "INSERT INTO meta VALUES ('owner', 'somebody')"],
    ['an old transaction with other bytes', swapped('transactions', 'bytes', [4, 5])],
    ['an old block filed under another time', 'UPDATE blocks SET timestamp = timestamp + 1 WHERE height = 2'],
  ] as const;
  test.each(sampled(changes, 4, 'changes of a chain'))('is refused or told, and not sealed on: %s', async (_, sql) => {
    const data = changed('chain/chain.db', sql);
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(report.ok).toBe(false);
    for (const key of [null, sealingKey()]) {
      const node = await QuantumNode.open({ dataDirectory: data, key, now: Date.now }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'STORAGE_CORRUPT' });
        return null;
      });
      if (node === null) continue;
      // What the opening meets, it repairs, where that is possible without loss.
      if (key !== null && (await alertsOf(node)).includes('CHAIN_REPAIRED')) {
        await node.query.scrubbed();
        receiptOf(await node.submit(createBytes('after')));
        await node.close();
        continue;
      }
      await expect(node.query.scrubbed()).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
      expect(await alertsOf(node)).toContain('STORAGE_CORRUPT');
      await expect(node.submit(createBytes('after'))).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
      await node.close();
    }
  });

  test.each([
    ['the ids of another block', swapped('block_ids', 'entries', [3, 4])],
    ['a remark among its names', "INSERT INTO meta VALUES ('owner', 'somebody')"],
    ['a tile that the log has not reached', `INSERT INTO log_tiles VALUES (${2 ** 40}, x'00', x'00')`],
  ])('keeps no index that lies from being found out: %s', async (_, sql) => {
    const data = changed('chain/chain.db', sql);
    const index = new Database(join(data, 'index.db'));
    index.exec('DELETE FROM entries WHERE log_index = 6');
    index.close();
    const node = await openedNode(data, 'read');
    await expect(node.query.scrubbed()).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    expect(await alertsOf(node)).toEqual(expect.arrayContaining(['STORAGE_CORRUPT', 'INDEX_DIFFERED']));
    expect(await node.status()).toMatchObject({ index: { unchecked_after: null } });
    const { rows } = await node.query.audit({ filter: { to_block: 1_000 }, limit: 50 });
    expect(rows.map(({ log_index }) => log_index)).toContain(6);
  });

  test('makes no proof from tiles that do not make the root', async () => {
    const node = await openedNode(changed('chain/chain.db', swapped('log_tiles', 'hashes', [0, 1]), tall), 'read');
    const { rows } = await node.query.audit({ filter: { env_id: 'env-300-3' }, limit: 1 });
    await expect(node.query.transactionProof({ id: rows[0]?.id as never })).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
    });
    const data = changed('chain/chain.db', swapped('log_tiles', 'root', [0, 1]), tall);
    expect(() => proveConsistency(data, { earlier: 1, later: null })).toThrow(/does not make the roots/);
  });

  test('makes no proof of a state from a value that does not fit its leaf', async () => {
    const data = changed('chain/chain.db', "UPDATE state_values SET value = replace(value, 'env-9', 'env-8')");
    const node = await openedNode(data, 'read');
    const proof = node.query.stateProof({ namespace: 'environments', key: 'env-9' });
    await expect(proof).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  });

  const NOWHERE = hashOf('nowhere');

  test('says of nothing that it is not there, once it was found damaged', async () => {
    const data = changed('chain/chain.db', 'UPDATE blocks SET proof = NULL WHERE height = 4');
    rmSync(join(data, 'index.db'));
    const node = await openedNode(data, 'read');
    await expect(node.query.scrubbed()).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    for (const asked of [
      node.query.receipt(NOWHERE),
      node.query.transaction({ id: NOWHERE }),
      node.query.block({ at: { hash: NOWHERE }, offset: 0, limit: 1 }),
      node.query.search({ text: 'nowhere' }),
    ])
      await expect(asked).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  });

  test('takes what the index had seen for evidence, though the index is made again', async () => {
    const data = changed('chain/chain.db', 'SELECT 1');
    const older = join(temporaryDirectory(), 'older');
    cpSync(data, older, { recursive: true });
    const node = await openedNode(data);
    receiptOf(await node.submit(createBytes('newest')));
    await node.query.indexedTo(node.height);
    await node.close();
    for (const name of ['chain', 'head.record', 'signing.log']) {
      rmSync(join(data, name), { recursive: true });
      cpSync(join(older, name), join(data, name), { recursive: true });
    }
    for (const mode of ['read', 'write', 'write'] as const) {
      const again = await openedNode(data, mode);
      expect(await alertsOf(again)).toContain('HISTORY_CHANGED');
      await expect(again.submit(createBytes('other'))).rejects.toMatchObject({ code: 'HISTORY_CHANGED' });
      await again.close();
      rmSync(join(data, 'index.db'), { force: true });
    }
    expect(readFileSync(join(data, 'signing.log'), 'utf8')).toMatch(/"source":"index.db"/);
  });

  const records = [
    ['signing.log', (text: string) => text.slice(text.indexOf('\n') + 1), 'LOG_CHANGED'],
    ['signing.log', (text: string) => text.replace('"index":0', '"index":1'), 'LOG_CHANGED'],
    ['stored.log', () => '', 'LOG_CHANGED'],
    ['node.json', (text: string) => text.replace('key-administrator', 'key-of-somebody'), 'CONFIG_CHANGED'],
  ] as const;
  test.each(sampled(records, 2, 'changes of records'))(
    'tells of %s that it was changed, until somebody has seen it',
    async (name, change, code) => {
      const data = changed('chain/chain.db', 'SELECT 1');
      writeFileSync(join(data, name), change(readFileSync(join(data, name), 'utf8')));
      const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
      expect(report.findings.map(({ place }) => place)).toContain(name);
      for (let start = 0; start < 2; start++) {
        const node = await openedNode(data);
        expect(await alertsOf(node)).toEqual([code]);
        receiptOf(await node.submit(createBytes(`after-${start}`)));
        await node.close();
      }
      new StandingAlerts(data, Date.now).acknowledge(code);
      const node = await openedNode(data);
      expect(await alertsOf(node)).toEqual([]);
    },
  );

  test('takes a configuration that this program wrote for its own, and alerts that were cut off for a change', async () => {
    const data = changed('chain/chain.db', 'SELECT 1');
    writeNodeConfig(data, { ...readNodeConfig(data), acting_key_id: 'key-engineer' });
    new StandingAlerts(data, Date.now).raise({
      code: 'INDEX_DIFFERED',
      severity: 'warning',
      message: 'm',
      advice: 'a',
    });
    const node = await openedNode(data);
    expect(await alertsOf(node)).toEqual(['INDEX_DIFFERED']);
    await node.close();
    rmSync(join(data, 'alerts.log'));
    expect(await alertsOf(await openedNode(data))).toEqual(['LOG_CHANGED']);
  });

  const contents = [
    ['blobs/index.db', 'UPDATE chunks SET size = size - 1'],
    ['blobs/index.db', 'CREATE VIEW more AS SELECT 1'],
    ['blobs/index.db', 'PRAGMA user_version = 9'],
    ['blobs/index.db', 'UPDATE manifests SET entries = zeroblob(9)'],
  ] as const;
  test.each(sampled(contents, 2, 'changes of content'))(
    'tells of stored content that is damaged, and goes on: %s, %s',
    async (file, sql) => {
      const data = changed(file, sql);
      const node = await openedNode(data);
      await node.query.scrubbed();
      expect(await alertsOf(node)).toContain('CONTENT_DAMAGED');
      receiptOf(await node.submit(createBytes('after')));
      await node.close();
      expect(await alertsOf(await openedNode(data, 'read'))).toContain('CONTENT_DAMAGED');
      expect(existsSync(join(data, 'alerts.log'))).toBe(true);
    },
  );

  test('refuses a lock with something in it', async () => {
    const data = changed('node.lock', 'CREATE TABLE more (id)');
    await expect(QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now })).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
    });
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(report.findings).toMatchObject([{ place: 'node.lock' }]);
    expect(await alertsOf(await openedNode(data, 'read'))).toEqual(['LOCK_CHANGED']);
  });

  test('looks at no lock that a running node holds', async () => {
    const data = changed('chain/chain.db', 'SELECT 1');
    await openedNode(data);
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(report.findings).toEqual([]);
  });
});
