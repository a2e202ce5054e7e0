import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { VerifyEvent } from '../../../src/api/operator/integrity.ts';
import { BlobStore } from '../../../src/node/blobs/blob-store.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { createBytes, foundTestChain, promoteBytes, sealingKey } from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { openedNode, receiptOf } from '../storage/opened-node.ts';

describe('the integrity check', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-verify-'));
  const filled = join(root, 'filled');
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  beforeAll(async () => {
    foundTestChain(filled);
    const node = await QuantumNode.open({ dataDirectory: filled, key: sealingKey(), now: Date.now });
    const blobs = new BlobStore({ directory: dataPaths(filled).blobs });
    for (let block = 0; block < 10; block++) {
      await node.submitBatch(Array.from({ length: 30 }, (_, index) => createBytes(`env-${block}-${index}`)));
      await node.submitBatch([promoteBytes(`env-${block}-0`, `env-${block}-0`)]);
    }
    const files = join(root, 'files');
    mkdirSync(files);
    writeFileSync(join(files, 'env.py'), 'pass\n');
    const { state_hash } = await blobs.storeDirectory(files);
    receiptOf(await node.submit(createBytes('stored', { stateHash: state_hash })));
    await blobs.close();
    await node.close();
    for (const path of [join(dataPaths(filled).chain, 'chain.db'), join(dataPaths(filled).blobs, 'index.db')]) {
      const database = new Database(path);
      database.pragma('wal_checkpoint(TRUNCATE)');
      database.close();
    }
  });

  function copied(): string {
    const data = join(temporaryDirectory(), 'data');
    cpSync(filled, data, { recursive: true });
    return data;
  }

  const check = (dataDirectory: string): ReturnType<typeof verifyNode> =>
    verifyNode({ dataDirectory, verifyThreads: 1, onProgress: () => undefined });

  function change(data: string, sql: string): void {
    const database = new Database(join(dataPaths(data).chain, 'chain.db'));
    database.exec(sql);
    database.close();
  }

  test.each([
    ['DELETE FROM blocks WHERE height = 5', /^block 5$/],
    ['DELETE FROM block_ids WHERE height = 5', /^block 5$/],
    ['DELETE FROM transactions WHERE log_index = 40', /^block \d+$/],
    ['DELETE FROM log_tiles WHERE id = 0', /^log tile 0$/],
    ['DELETE FROM state_pages WHERE id = 7', /^state page 7$/],
    ['DELETE FROM state_values WHERE id = 7', /^state value 7$/],
    ["DELETE FROM meta WHERE key = 'chain_id'", /^meta$/],
    ['DELETE FROM blocks', /^chain\.db$/],
    [
      'INSERT INTO blocks SELECT height + 1, header, proof, hash, era, timestamp, first_log_index, roots, final FROM blocks ORDER BY height DESC LIMIT 1',
      /^block \d+$/,
    ],
    ['INSERT INTO block_ids SELECT height + 1, entries FROM block_ids ORDER BY height DESC LIMIT 1', /^chain\.db$/],
    [
      'INSERT INTO transactions SELECT log_index + 1, bytes FROM transactions ORDER BY log_index DESC LIMIT 1',
      /^chain\.db$/,
    ],
    ['INSERT INTO log_tiles SELECT id + 1, hashes, root FROM log_tiles ORDER BY id DESC LIMIT 1', /^chain\.db$/],
    ['INSERT INTO state_pages SELECT id + 1, bytes FROM state_pages ORDER BY id DESC LIMIT 1', /^chain\.db$/],
    ['INSERT INTO state_values SELECT id + 1, key, value FROM state_values ORDER BY id DESC LIMIT 1', /^chain\.db$/],
    // Two good rows in each other's place.
    [
      'UPDATE transactions SET bytes = (SELECT bytes FROM transactions WHERE log_index = 51) WHERE log_index = 50',
      /^transaction 5[01]$/,
    ],
    ['UPDATE state_values SET value = (SELECT value FROM state_values WHERE id = 9) WHERE id = 8', /^state value 8$/],
    // The newest block gone with all that it brought: a shorter chain is a chain, but its rows are too many.
    ['DELETE FROM blocks WHERE height = (SELECT max(height) FROM blocks)', /^chain\.db$/],
  ])('finds rows that are missing, too many or moved: %s', async (sql, place) => {
    const data = copied();
    change(data, sql);
    const report = await check(data);
    expect(report.ok).toBe(false);
    expect(report.findings[0]?.place, JSON.stringify(report.findings)).toMatch(place);
  });

  test('finds a chain whose file was emptied', async () => {
    const data = copied();
    writeFileSync(join(dataPaths(data).chain, 'chain.db'), '');
    expect((await check(data)).findings).toMatchObject([{ place: 'chain.db' }]);
    await expect(openedNode(data, 'read')).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  });

  test('finds a blob store without its index, and one that is no database', async () => {
    const data = copied();
    writeFileSync(join(dataPaths(data).blobs, 'index.db'), Buffer.alloc(8_192, 1));
    expect((await check(data)).findings).toMatchObject([{ place: 'blob index' }]);
    rmSync(join(dataPaths(data).blobs, 'index.db'));
    expect((await check(data)).findings).toMatchObject([{ place: 'blob index' }]);
  });

  test('takes a blob store that was only just begun for an empty one', async () => {
    const data = copied();
    rmSync(dataPaths(data).blobs, { recursive: true });
    mkdirSync(join(dataPaths(data).blobs, 'packs'), { recursive: true });
    expect(await check(data)).toMatchObject({ ok: true, blobs: 0 });
  });

  test('counts what it looked at, and says how far it is', async () => {
    const events: VerifyEvent[] = [];
    const report = await verifyNode({
      dataDirectory: filled,
      verifyThreads: 1,
      onProgress: (event) => events.push(event),
    });
    expect(report).toMatchObject({ ok: true, blocks: 22, height: 21, transactions: 312, findings: [] });
    expect(report.state_pages).toBeGreaterThan(0);
    expect(report.blobs).toBeGreaterThan(0);
    const phases = events.map((event) => (event.type === 'progress' ? event.phase : event.type));
    expect([...new Set(phases)]).toEqual(['storage', 'blocks', 'index', 'blobs']);
    const last = events.findLast((event) => event.type === 'progress' && event.phase === 'blocks');
    expect(last).toMatchObject({ done: 22, total: 22 });
  });

  test('stops when it is told to', async () => {
    const cancel = new AbortController();
    const running = verifyNode({
      dataDirectory: filled,
      verifyThreads: 1,
      onProgress: () => cancel.abort(),
      signal: cancel.signal,
    });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('looks at one moment of a chain that goes on beside it', async () => {
    const data = copied();
    const node = await openedNode(data);
    let isDone = false;
    const load = (async () => {
      for (let index = 0; !isDone; index++) receiptOf(await node.submit(createBytes(`beside-${index}`)));
    })();
    try {
      for (let turn = 0; turn < 3; turn++) expect((await check(data)).findings).toEqual([]);
    } finally {
      isDone = true;
      await load;
    }
    expect(node.height).toBeGreaterThan(21);
  });
});
