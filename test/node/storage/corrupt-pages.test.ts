import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { isSoak, sampled, SeededRandom } from '../../crash/seeded-random.ts';
import { createBytes, foundTestChain, sealingKey } from '../../crash/test-chain.ts';
import { receiptOf } from './opened-node.ts';

const TRIALS = isSoak ? 100 : 4;
/** Their rows follow from those of the others. */
const DERIVED = ['meta', 'block_ids', 'log_tiles', 'state_pages', 'state_values'];

async function fill(data: string): Promise<void> {
  foundTestChain(data);
  const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
  for (let block = 0; block < 20; block++) {
    await Promise.all(
      Array.from({ length: 5 }, async (_, index) => receiptOf(await node.submit(createBytes(`env-${block}-${index}`)))),
    );
  }
  await node.close();
}

/** The page that a table's b-tree begins at, counted from 1. */
function rootPageOf(path: string, table: string): number {
  const database = new Database(path, { readonly: true });
  try {
    const root = database
      .prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?')
      .pluck()
      .get(table);
    return root ?? 1;
  } finally {
    database.close();
  }
}

describe('a damaged page of chain.db', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-pages-'));
  const filled = join(root, 'filled');
  const data = join(root, 'data');
  const path = join(dataPaths(data).chain, 'chain.db');
  beforeAll(() => fill(filled));
  beforeEach(restore);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** All of the directory: what another chain.db than its own is, its other files would say. */
  function restore(): void {
    rmSync(data, { recursive: true, force: true });
    cpSync(filled, data, { recursive: true });
  }

  /** Reads all of it and writes to it; returns the alerts that it then shows. */
  const use = async (data: string): Promise<readonly string[]> => {
    const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    try {
      await node.query.head();
      for (let height = 0; height <= node.height; height++)
        await node.query.block({ at: { index: height }, offset: 0, limit: 100 });
      await node.query.stateKeys({ namespace: 'environments', limit: 100 });
      await node.submit(createBytes(`new-${Date.now()}`));
      return (await node.status()).alerts.map(({ code }) => code);
    } finally {
      await node.close();
    }
  };

  test('in the header is STORAGE_CORRUPT and names the file', async () => {
    const bytes = readFileSync(path);
    bytes.write('not a database', 0);
    writeFileSync(path, bytes);
    await expect(use(data)).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
      message: expect.stringContaining('chain.db') as unknown,
    });
  });

  function damageRootOf(table: string): void {
    const bytes = readFileSync(path);
    const begin = (rootPageOf(path, table) - 1) * bytes.readUInt16BE(16);
    bytes.fill(0xa5, begin, begin + 64);
    writeFileSync(path, bytes);
  }

  test.each(['blocks', 'transactions'])(
    'at the root of %s, whose rows follow from no others, is STORAGE_CORRUPT and names the file',
    async (table) => {
      damageRootOf(table);
      await expect(use(data)).rejects.toMatchObject({
        code: 'STORAGE_CORRUPT',
        message: expect.stringContaining('chain.db is damaged') as unknown,
      });
    },
  );

  test.each(sampled(DERIVED, 2, 'damaged roots'))(
    'at the root of %s, whose rows follow from others, is repaired and told',
    async (table) => {
      damageRootOf(table);
      expect(await use(data)).toContain('CHAIN_REPAIRED');
    },
  );

  test(`anywhere gives a typed error or right answers, and never a crash (${TRIALS} pages)`, async () => {
    const random = SeededRandom.announced('damaged pages');
    const pageSize = readFileSync(path).readUInt16BE(16);
    for (let trial = 0; trial < TRIALS; trial++) {
      restore();
      const bytes = readFileSync(path);
      const page = random.below(bytes.length / pageSize);
      bytes.set(random.bytes(random.between(1, 200)), page * pageSize + random.below(pageSize - 200));
      writeFileSync(path, bytes);
      const failure: unknown = await use(data).then(
        () => null,
        (error: unknown) => error,
      );
      if (failure === null) continue;
      expect(failure, `page ${page + 1}: ${inspect(failure)}`).toBeInstanceOf(QuantumLockError);
      expect(failure).not.toMatchObject({ code: 'HISTORY_CHANGED' });
    }
  });
});
