import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { StandingAlerts } from '../../../src/node/monitoring/standing-alerts.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { sampled } from '../../crash/seeded-random.ts';
import { createBytes, foundTestChain, promoteBytes, sealingKey, updateBytes } from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { foundedDirectory, openedNode, receiptOf } from '../storage/opened-node.ts';

/** An index.db that was written by somebody else, consistent in itself: nothing of it is shown as true. */
describe('an index that lies', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-lying-'));
  const filled = join(root, 'filled');
  let ids: readonly string[] = [];
  let truth: unknown;
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  beforeAll(async () => {
    foundTestChain(filled);
    const node = await QuantumNode.open({ dataDirectory: filled, key: sealingKey(), now: Date.now });
    const receipts = [];
    for (let round = 0; round < 6; round++) {
      const results = await node.submitBatch([
        createBytes(`env-${round}`, { by: round % 2 === 0 ? 'engineer' : 'administrator' }),
        createBytes(`other-${round}`),
      ]);
      receipts.push(...results.map(receiptOf));
      receipts.push(receiptOf(await node.submit(updateBytes('env-0', `content ${round}`, { baseVersion: round + 1 }))));
    }
    receipts.push(receiptOf(await node.submit(promoteBytes('env-0', 'content 5', { version: 7 }))));
    ids = receipts.map(({ id }) => id);
    await node.query.indexedTo(node.height);
    truth = await shown(node);
    await node.close();
    const database = new Database(join(filled, 'index.db'));
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
  });

  function lied(sql: string): string {
    const data = join(temporaryDirectory(), 'data');
    cpSync(filled, data, { recursive: true });
    const database = new Database(join(data, 'index.db'));
    database.exec(sql);
    database.close();
    return data;
  }

  /** Everything that is read through the index. */
  async function shown(node: QuantumNode): Promise<unknown> {
    const { query } = node;
    return {
      receipts: await Promise.all(ids.map((id) => query.receipt(id as never))),
      lineage: await Promise.all(['env-0', 'env-3', 'other-2'].map((envId) => query.lineage({ env_id: envId }))),
      history: await query.audit({ filter: { env_id: 'env-0' }, limit: 100 }),
      pages: [
        await query.audit({ filter: { env_id: 'env-0' }, limit: 3 }),
        await query.audit({ filter: { env_id: 'env-0' }, limit: 3, before_log_index: 12 }),
      ],
      members: (await query.members()).members.map(({ last_activity }) => last_activity?.transaction_id),
      block: (await query.search({ text: (await query.block({ at: { index: 4 }, offset: 0, limit: 1 })).hash })).results
        .length,
    };
  }

  /** At once, without a check before. */
  test.each([
    [
      'a step is taken out of a history',
      "DELETE FROM touches WHERE env_id = 'env-0' AND log_index = (SELECT max(log_index) FROM touches WHERE env_id = 'env-0' AND log_index < 12)",
    ],
    [
      'the newest step is taken out',
      "DELETE FROM touches WHERE env_id = 'env-0' AND log_index = (SELECT max(log_index) FROM touches WHERE env_id = 'env-0')",
    ],
    [
      'the first step is taken out',
      "DELETE FROM touches WHERE env_id = 'env-0' AND log_index = (SELECT min(log_index) FROM touches WHERE env_id = 'env-0')",
    ],
    ['a whole history is taken out', "DELETE FROM touches WHERE env_id = 'env-3'"],
    ['a step is invented', "INSERT INTO touches (env_id, log_index) VALUES ('env-0', 5)"],
    ['a step is another environment’s', "UPDATE touches SET env_id = 'env-0' WHERE env_id = 'other-2'"],
    ['a transaction cannot be found by its id', 'DELETE FROM ids WHERE log_index = 7'],
    ['ids lead elsewhere', 'UPDATE ids SET log_index = 20 - log_index WHERE log_index BETWEEN 1 AND 19'],
    ['ids lead beyond the chain', 'UPDATE ids SET log_index = log_index + 5000 WHERE log_index > 9'],
    ['blocks cannot be found by their hash', 'DELETE FROM block_hashes'],
    ['a signer was somebody else', 'UPDATE entries SET signer = 3 - signer'],
  ])('shows what is true where %s', async (_, sql) => {
    expect(await shown(await openedNode(lied(sql), 'read'))).toEqual(truth);
  });

  test.each([
    [
      'filed under another action',
      "UPDATE entries SET action = (SELECT id FROM actions WHERE name = 'promote_environment')",
      { actions: ['promote_environment'] },
    ],
    [
      'found by words that it does not have',
      "INSERT INTO words (rowid, text) VALUES (9, 'stolen')",
      { text: 'stolen' },
    ],
  ])('shows no transaction that is %s', async (_, sql, filter) => {
    const expected = (await (await openedNode(lied('SELECT 1'), 'read')).query.audit({ filter, limit: 50 })).rows;
    const node = await openedNode(lied(sql), 'read');
    expect((await node.query.audit({ filter, limit: 50 })).rows).toEqual(expected);
    expect((await node.status()).alerts).toMatchObject([{ code: 'INDEX_DIFFERED' }]);
  });

  test.each([
    ['time', 'UPDATE entries SET time = 1', { to_time: 5 }],
    ['block', 'UPDATE entries SET height = 2', { from_block: 2, to_block: 2 }],
  ])('shows no transaction that is filed under another %s: the chain says where it is', async (_, sql, filter) => {
    const [honest, liar] = [await openedNode(lied('SELECT 1'), 'read'), await openedNode(lied(sql), 'read')];
    const expected = await honest.query.audit({ filter, limit: 50 });
    expect((await liar.query.audit({ filter, limit: 50 })).rows).toEqual(expected.rows);
    const count = { count: expected.rows.length, exact: true };
    expect(await Promise.all([honest, liar].map((node) => node.query.auditCount({ filter })))).toEqual([count, count]);
  });

  const lies = [
    ['UPDATE entries SET time = 1'],
    ['UPDATE entries SET height = 2'],
    ['DELETE FROM entries WHERE log_index = 8'],
    ['INSERT INTO entries SELECT log_index + 900, height, time, action, signer FROM entries WHERE log_index = 8'],
    ["UPDATE signers SET public_key = public_key || 'x' WHERE id = 2"],
    ['DELETE FROM touches WHERE log_index = 4'],
    ["INSERT INTO touches (env_id, log_index) VALUES ('nowhere', 4)"],
    ["INSERT INTO words (words) VALUES ('delete-all')"],
    ['INSERT INTO ids (prefix, log_index) VALUES (5, 3)'],
    ['DELETE FROM block_hashes WHERE height = 3'],
    ["UPDATE counters SET value = value + 900 WHERE name = 'indexed_height'"],
  ] as const;
  test.each(sampled(lies, 8, 'lies of an index'))(
    'is found out by the check in the background, and by verify: %s',
    async (sql) => {
      const data = lied(sql);
      const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
      expect(report.findings).toMatchObject([{ place: 'index.db' }]);
      const node = await openedNode(data);
      await node.query.scrubbed();
      await node.query.scrubbed();
      expect(await node.status()).toMatchObject({
        health: 'degraded',
        alerts: [{ code: 'INDEX_DIFFERED' }],
        index: { unchecked_after: null, failure: null },
      });
      receiptOf(await node.submit(createBytes('after')));
      await node.query.scrubbed();
      await node.close();
      // It was made again; that it lied is still told, until somebody says that they have seen it.
      const again = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
      expect(again.findings).toEqual([]);
      const reopened = await openedNode(data);
      await reopened.query.scrubbed();
      expect((await reopened.status()).alerts.map(({ code }) => code)).toEqual(['INDEX_DIFFERED']);
      expect(new StandingAlerts(data, Date.now).acknowledge('INDEX_DIFFERED')).toBe(1);
      expect(await reopened.status()).toMatchObject({ health: 'healthy', alerts: [] });
    },
  );

  test('finds nothing where nothing is wrong, and counts seals from the headers', async () => {
    const node = await openedNode(lied('SELECT 1'));
    await node.query.scrubbed();
    const status = await node.status();
    expect(status).toMatchObject({ health: 'healthy', alerts: [] });
    expect(status.validators[0]).toMatchObject({ blocks_sealed: status.height + 1, last_seen: status.head_time });
  });

  test.each([
    [
      'a transaction',
      "UPDATE transactions SET bytes = CAST(replace(CAST(bytes AS TEXT), 'env-0', 'env-9') AS BLOB) WHERE log_index = 1",
      1,
    ],
    ['a header', 'UPDATE blocks SET header = replace(header, \'"log_size":\', \'"log_size":1\') WHERE height = 2', 2],
    [
      'a header with a hash that fits it',
      'UPDATE blocks SET header = (SELECT header FROM blocks WHERE height = 3), hash = (SELECT hash FROM blocks WHERE height = 3) WHERE height = 2',
      2,
    ],
    ['a seal', 'UPDATE blocks SET proof = (SELECT proof FROM blocks WHERE height = 3) WHERE height = 2', 2],
    ['where a block begins', 'UPDATE blocks SET first_log_index = first_log_index + 1 WHERE height = 2', 2],
    [
      'the roots of the state',
      'UPDATE blocks SET roots = (SELECT roots FROM blocks WHERE height = 5) WHERE height = 2',
      2,
    ],
  ])('serves no block whose row has %s of another', async (_, sql, height) => {
    const data = lied('SELECT 1');
    const database = new Database(join(dataPaths(data).chain, 'chain.db'));
    database.exec(sql);
    database.close();
    const node = await openedNode(data, 'read');
    const read = node.query.block({ at: { index: height }, offset: 0, limit: 10 });
    await expect(read).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  });
});

test('words of a newer Unicode, hidden marks and odd letters in a name are not taken for damage', async () => {
  const data = foundedDirectory();
  const node = await openedNode(data);
  const names = [
    'plain\u200B\u2066hidden\u2069',
    'safe \u202Edetcejer\u202C',
    'a\u00ADb\u{E0041} \u19B0x \u{1E900}\u{1E943}',
    '\u{1F600} \u3164 e\u0301\u0345 \u{105C0}',
    'İstanbul ŉ ǅ ﬁ ẞ',
  ];
  for (const [index, name] of names.entries())
    receiptOf(await node.submit(createBytes(`env-${index}`, { metadata: { name, [name]: name } })));
  await node.query.indexedTo(names.length);
  await node.query.scrubbed();
  expect((await node.status()).alerts).toEqual([]);
});
