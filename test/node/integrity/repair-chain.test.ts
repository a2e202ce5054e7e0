import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { NeededRows } from '../../../src/api/operator/integrity.ts';
import { integrityPaths } from '../../../src/node/integrity/integrity-paths.ts';
import { openCopies } from '../../../src/node/integrity/open-copy.ts';
import { acknowledgeReport, reportViews } from '../../../src/node/integrity/report-views.ts';
import { IntegrityReports } from '../../../src/node/integrity/reports.ts';
import { readScrubRecord, writeScrubRecord } from '../../../src/node/integrity/scrub-record.ts';
import { takeSnapshot } from '../../../src/node/integrity/snapshots.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { exportBlocks } from '../../../src/node/verify/export-blocks.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { logicalContent } from '../../crash/flips.ts';
import { sampled } from '../../crash/seeded-random.ts';
import {
  createBytes,
  foundTestChain,
  promoteBytes,
  sealingKey,
  signForChainIn,
  updateBytes,
} from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { backUp } from '../recovery/recovery-fixture.ts';
import { receiptOf } from '../storage/opened-node.ts';

const CHAIN = join('chain', 'chain.db');

/** What follows from headers, seals and transactions: the damage, and the statement that does it. */
const DERIVED: readonly (readonly [what: string, sql: string])[] = [
  ['a state page', 'UPDATE state_pages SET bytes = (SELECT bytes FROM state_pages WHERE id = 4) WHERE id = 6'],
  ['a state value', "UPDATE state_values SET value = CAST('{}' AS BLOB) WHERE id = 40"],
  ['the newest state page', 'DELETE FROM state_pages WHERE id = (SELECT max(id) FROM state_pages)'],
  ['a state page too many', 'INSERT INTO state_pages SELECT max(id) + 1, bytes FROM state_pages'],
  ['ids', "UPDATE block_ids SET entries = x'' WHERE height = 5"],
  ['a log tile', 'UPDATE log_tiles SET root = zeroblob(32) WHERE id = 0'],
  ['a stored hash', 'UPDATE blocks SET hash = zeroblob(32) WHERE height = 3'],
  ['the hash of genesis', 'UPDATE blocks SET hash = zeroblob(32) WHERE height = 0'],
  ['stored roots', 'UPDATE blocks SET roots = zeroblob(length(roots)) WHERE height = 7'],
  ['where a block begins', 'UPDATE blocks SET first_log_index = first_log_index + 1 WHERE height = 4'],
  ['a time', 'UPDATE blocks SET timestamp = timestamp - 1 WHERE height = 2'],
  ['the name of the chain', "UPDATE meta SET value = 'test-chair'"],
  [
    'the newest header, which the record has too',
    'UPDATE blocks SET header = replace(header, \'"log_size":\', \'"log_sise":\') WHERE height = (SELECT max(height) FROM blocks)',
  ],
  ['that a block is final', 'UPDATE blocks SET final = 0 WHERE height = 6'],
  ['whether a block is final', 'UPDATE blocks SET final = 2 WHERE height = 6'],
  ['that the newest block is final', 'UPDATE blocks SET final = 0 WHERE height = (SELECT max(height) FROM blocks)'],
  [
    'the newest seal, which the record has too',
    'UPDATE blocks SET proof = NULL WHERE height = (SELECT max(height) FROM blocks)',
  ],
  [
    'a state page, where a stop left the newest block without its seal',
    'UPDATE blocks SET proof = NULL, final = 0 WHERE height = (SELECT max(height) FROM blocks); DELETE FROM state_pages WHERE id = 4',
  ],
  ['a block under another key', 'UPDATE blocks SET height = 1003 WHERE height = 3'],
  ['a transaction under another key', 'UPDATE transactions SET log_index = -7 WHERE log_index = 100'],
];

/** What nothing here gives again, and the rows that a copy has to give. */
const NEEDS_A_COPY: readonly (readonly [what: string, sql: string, needs: readonly NeededRows[]])[] = [
  [
    'a transaction',
    'UPDATE transactions SET bytes = (SELECT bytes FROM transactions WHERE log_index = 40) WHERE log_index = 41',
    [{ kind: 'transaction', first: 1, last: 80 }],
  ],
  [
    'a byte of a transaction',
    "UPDATE transactions SET bytes = CAST(replace(bytes, 'env-1-5', 'env-1-6') AS BLOB) WHERE log_index = (SELECT min(log_index) FROM transactions WHERE instr(bytes, 'env-1-5'))",
    [{ kind: 'transaction', first: 88, last: 88 }],
  ],
  [
    'transactions that are gone',
    'DELETE FROM transactions WHERE log_index BETWEEN 20 AND 22 OR log_index = 90',
    [
      { kind: 'transaction', first: 20, last: 22 },
      { kind: 'transaction', first: 90, last: 90 },
    ],
  ],
  [
    'a header',
    'UPDATE blocks SET header = replace(header, \'"version":2\', \'"version":3\') WHERE height = 3',
    [{ kind: 'header', first: 3, last: 3 }],
  ],
  [
    'a seal',
    'UPDATE blocks SET proof = (SELECT proof FROM blocks WHERE height = 5) WHERE height = 4',
    [{ kind: 'proof', first: 4, last: 4 }],
  ],
];

describe('a chain whose rows are damaged', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-repair-'));
  const pristine = join(root, 'pristine');
  let truth = '';
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  beforeAll(async () => {
    foundTestChain(pristine);
    const node = await QuantumNode.open({ dataDirectory: pristine, key: sealingKey(), now: Date.now });
    for (let round = 0; round < 4; round++) {
      for (const result of await node.submitBatch(
        Array.from({ length: 80 }, (_, index) => createBytes(`env-${round}-${index}`)),
      ))
        receiptOf(result);
      receiptOf(await node.submit(updateBytes(`env-${round}-1`, 'better')));
      receiptOf(await node.submit(promoteBytes(`env-${round}-1`, 'better', { version: 2 })));
    }
    await node.close();
    checkpoint(join(pristine, CHAIN));
    truth = logicalContent(join(pristine, CHAIN));
    signForChainIn(pristine);
  }, 60_000);

  function checkpoint(path: string): void {
    const database = new Database(path);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
  }

  function damaged(sql: string): string {
    const data = join(temporaryDirectory(), 'data');
    cpSync(pristine, data, { recursive: true });
    const database = new Database(join(data, CHAIN));
    database.exec(sql);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    return data;
  }

  const open = (data: string, options: Partial<Parameters<typeof QuantumNode.open>[0]> = {}): Promise<QuantumNode> =>
    QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now, ...options });

  async function codesOf(node: QuantumNode): Promise<readonly string[]> {
    // Where not even the status can be read, that is what is told.
    const { alerts } = await node
      .status()
      .catch((error: unknown) => ({ alerts: [error as { readonly code: string }] }));
    return alerts.map(({ code }) => code).filter((code) => code !== 'LOW_DISK');
  }

  async function openWith(copy: string, data: string): Promise<QuantumNode> {
    const copies = await openCopies([copy]);
    try {
      return await open(data, { copies });
    } finally {
      for (const opened of copies) opened.close();
    }
  }

  /** Opens it with rows of the copy: then it has every row that it had. */
  async function filledFrom(copy: string, data: string): Promise<QuantumNode> {
    const node = await openWith(copy, data);
    expect(await codesOf(node)).toEqual(['CHAIN_REPAIRED']);
    expect(logicalContent(join(data, CHAIN))).toBe(truth);
    return node;
  }

  /** Opens until what is damaged was found: by the opening, or by the check and the next opening. */
  async function repaired(data: string): Promise<QuantumNode> {
    const node = await open(data);
    if (new IntegrityReports(data).list().length > 0) return node;
    await expect(node.query.scrubbed()).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    await expect(node.submit(createBytes('on-damage'))).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    expect(await codesOf(node)).toContain('STORAGE_CORRUPT');
    await node.close();
    return open(data);
  }

  test.each(sampled(DERIVED, 5, 'damage that is repaired'))(
    'is repaired without loss, told, and sealed on: %s',
    async (_, sql) => {
      const data = damaged(sql);
      const node = await repaired(data);
      expect(await codesOf(node)).toEqual(['CHAIN_REPAIRED']);
      expect(logicalContent(join(data, CHAIN))).toBe(truth);
      const [report, ...others] = reportViews(data, Date.now);
      expect(others).toEqual([]);
      expect(report).toMatchObject({ needs: [], acknowledged_at: null });
      expect(report?.outcome).toMatch(/repaired|filled/);
      // The damaged file as it was.
      expect(logicalContent(join(data, report?.quarantine ?? ''))).not.toBe(truth);
      receiptOf(await node.submit(createBytes('after')));
      await node.close();
    },
  );

  test('is told by an alert that no restart ends, and a person does; the whole of it verifies', async () => {
    const data = damaged('DELETE FROM state_pages WHERE id = (SELECT max(id) FROM state_pages)');
    const node = await repaired(data);
    await node.query.scrubbed();
    receiptOf(await node.submit(createBytes('after')));
    await node.close();
    const verified = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(verified.findings).toEqual([]);
    const again = await open(data);
    expect(await codesOf(again)).toEqual(['CHAIN_REPAIRED']);
    const [report] = reportViews(data, Date.now);
    expect(report?.acknowledged_at).toBeNull();
    expect(acknowledgeReport(data, report?.report_id ?? '', Date.now)).toBe(true);
    expect(acknowledgeReport(data, report?.report_id ?? '', Date.now)).toBe(false);
    expect(await codesOf(again)).toEqual([]);
    expect(reportViews(data, Date.now)[0]?.acknowledged_at).toEqual(expect.any(Number));
    await again.close();
  });

  test.each(sampled(NEEDS_A_COPY, 2, 'damage that needs a copy'))(
    'is shown, not sealed on and told which rows it needs, where nothing gives them: %s',
    async (_, sql, needs) => {
      const data = damaged(sql);
      const content = logicalContent(join(data, CHAIN));
      // Where not even showing it is possible, opening is refused with the same words.
      const shownOrRefused = (): Promise<QuantumNode | null> =>
        open(data).catch((error: unknown) => {
          expect(error).toMatchObject({
            code: 'STORAGE_CORRUPT',
            message: expect.stringMatching(/needs rows from a copy/),
          });
          return null;
        });
      const before = await open(data).catch(() => null);
      await before?.query.scrubbed().catch(() => undefined);
      await before?.close();
      const node = await shownOrRefused();
      if (node !== null) {
        expect(await codesOf(node)).toEqual(['STORAGE_CORRUPT']);
        await expect(node.submit(createBytes('after'))).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
        await node.close();
      }
      const [report] = reportViews(data, Date.now);
      expect(report).toMatchObject({ outcome: 'needs_copy', needs, quarantine: null, acknowledged_at: null });
      expect(logicalContent(join(data, CHAIN))).toBe(content);
      expect(existsSync(join(data, 'quarantine'))).toBe(false);
      // Looked at again and again, it is one report.
      await (await shownOrRefused())?.close();
      expect(new IntegrityReports(data).list()).toHaveLength(1);

      // A copy has them, whole or damaged elsewhere.
      const other = damaged('DELETE FROM transactions WHERE log_index = 150; DELETE FROM state_pages WHERE id > 9');
      const filled = await filledFrom(other, data);
      receiptOf(await filled.submit(createBytes('after')));
      await filled.close();
    },
  );

  test('is reported once, whoever meets it first', async () => {
    const data = damaged('DELETE FROM transactions WHERE log_index BETWEEN 20 AND 22');
    const { scrubRecord } = integrityPaths(data);
    for (const [place, message] of [
      ['transaction 20', 'is missing'],
      ['transaction 20', 'was asked for by the index, and is not there'],
      ['block 1', 'is not what its log says'],
      ['chain.db', 'cannot be read'],
    ] as const) {
      const damage = { place, message, height: null, found_at: 1 };
      writeScrubRecord(scrubRecord, { ...readScrubRecord(scrubRecord), damage });
      await (await open(data)).close();
    }
    expect(new IntegrityReports(data).list()).toMatchObject([{ outcome: 'needs_copy' }]);
    // Damage that was not there before is another report.
    const database = new Database(join(data, CHAIN));
    database.exec('DELETE FROM transactions WHERE log_index = 24');
    database.close();
    await (await open(data)).close();
    expect(new IntegrityReports(data).list()).toHaveLength(2);
  });

  test('takes rows from an exported chain', async () => {
    const file = join(temporaryDirectory(), 'chain.jsonl');
    const lines: string[] = [];
    await exportBlocks({
      dataDirectory: pristine,
      verifyThreads: 1,
      onProgress: () => undefined,
      write: async (line) => void lines.push(line),
    });
    writeFileSync(file, lines.join(''));
    const data = damaged(
      "DELETE FROM transactions WHERE log_index > 150; UPDATE blocks SET header = 'gone', proof = 'gone' WHERE height BETWEEN 2 AND 5",
    );
    await (await filledFrom(file, data)).close();
  });

  test('takes rows from a backup', async () => {
    const file = join(temporaryDirectory(), 'chain.backup');
    await backUp(pristine, file, { withContent: false });
    const data = damaged('DELETE FROM transactions WHERE log_index > 10');
    await (await filledFrom(file, data)).close();
  });

  test('believes nothing of a copy: one of another chain gives no row', async () => {
    const other = join(temporaryDirectory(), 'other');
    foundTestChain(other);
    const data = damaged('DELETE FROM transactions WHERE log_index = 30');
    const node = await openWith(other, data);
    signForChainIn(pristine);
    const codes = await node.query.scrubbed().then(
      () => [],
      () => codesOf(node),
    );
    expect(codes).toEqual(['STORAGE_CORRUPT']);
    await node.close();
  });

  test('is not repaired where rows were planted that belong to nothing', async () => {
    const data = damaged(
      'INSERT INTO transactions SELECT max(log_index) + 1, bytes FROM transactions; DELETE FROM state_pages WHERE id = 9',
    );
    const content = logicalContent(join(data, CHAIN));
    const node = await open(data).catch((error: unknown) => error);
    if (node instanceof QuantumNode) {
      await node.query.scrubbed().catch(() => undefined);
      expect(await codesOf(node)).toContain('STORAGE_CORRUPT');
      await node.close();
    } else expect(node).toMatchObject({ code: 'STORAGE_CORRUPT' });
    expect(logicalContent(join(data, CHAIN))).toBe(content);
    expect(new IntegrityReports(data).list()[0]?.outcome).toBe('refused');
  });

  test('is not repaired into an older or another chain', async () => {
    const data = damaged('DELETE FROM state_pages WHERE id = 9');
    rmSync(join(data, 'head.record'));
    const content = readFileSync(join(data, CHAIN));
    const node = await open(data);
    expect(await codesOf(node)).toContain('HISTORY_CHANGED');
    await node.close();
    expect(readFileSync(join(data, CHAIN)).equals(content)).toBe(true);
  });

  test('begins at a snapshot where the state was damaged early', async () => {
    const data = damaged('SELECT 1');
    const snapshot = await takeSnapshot({ dataDirectory: data, height: 9, output: null, now: Date.now });
    expect(snapshot).toMatchObject({ height: 9, name: 'snapshot-000000000009.db' });
    const database = new Database(join(data, CHAIN));
    database.exec('DELETE FROM state_pages WHERE id = 2');
    database.close();
    const node = await repaired(data);
    expect(reportViews(data, Date.now)[0]).toMatchObject({
      started_from: 'snapshot',
      intact_height: 9,
      outcome: 'repaired',
    });
    expect(logicalContent(join(data, CHAIN))).toBe(truth);
    await node.close();
  });
});
