import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';

import type { IntegrityReport, ScrubStatus, SnapshotView } from '../../src/api/operator/integrity.ts';
import { dm, dmJson, temporaryRoot } from './dm.ts';

describe('dm blockchain scrub, repair, reports and snapshot', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const copy = join(root, 'copy');

  beforeAll(async () => {
    await dmJson(['blockchain', 'init', '--data', data]);
    await dmJson(['blockchain', 'freeze', '--reason', 'to have another block', '--data', data]);
    cpSync(data, copy, { recursive: true });
  });

  function change(sql: string): void {
    const database = new Database(join(data, 'chain', 'chain.db'));
    database.exec(sql);
    database.close();
  }

  test('tell that nothing is damaged, and take a snapshot', async () => {
    const status = await dmJson<ScrubStatus>(['blockchain', 'scrub', '--data', data]);
    expect(status.areas.map(({ area }) => area)).toEqual(['blocks', 'state', 'index', 'content']);
    expect(status.damage).toBeNull();
    expect(await dmJson(['blockchain', 'scrub', '--now', '--data', data])).toEqual({ ok: true, findings: [] });
    expect(await dmJson(['blockchain', 'repair', '--data', data])).toEqual({ report: null });
    expect(await dmJson(['blockchain', 'reports', '--data', data])).toEqual({ reports: [] });
    const taken = await dmJson<SnapshotView>(['blockchain', 'snapshot', '--at', '0', '--data', data]);
    expect(taken).toMatchObject({ height: 0, name: 'snapshot-000000000000.db' });
    const missing = await dm(['blockchain', 'snapshot', '--at', '99', '--json', '--data', data]);
    expect(missing.code).toBe(1);
    expect(JSON.parse(missing.stderr)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  test('repair rows that follow from others', async () => {
    change('DELETE FROM state_pages WHERE id = (SELECT max(id) FROM state_pages)');
    const looked = await dm(['blockchain', 'scrub', '--now', '--json', '--data', data]);
    expect(looked.code).toBe(1);
    expect(JSON.parse(looked.stderr)).toMatchObject({ error: { code: 'STORAGE_CORRUPT' } });
    const { report } = await dmJson<{ report: IntegrityReport }>(['blockchain', 'repair', '--data', data]);
    expect(report).toMatchObject({ outcome: 'repaired', needs: [] });
    expect((await dm(['blockchain', 'verify', '--data', data])).code).toBe(0);
    const seen = ['blockchain', 'reports', '--seen', report.report_id, '--data', data];
    expect(await dmJson(seen)).toEqual({ report_id: report.report_id, acknowledged: true });
    const unknown = await dm(['blockchain', 'reports', '--seen', 'damage-1', '--json', '--data', data]);
    expect(JSON.parse(unknown.stderr)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  test('name rows that follow from nothing, and take them from a copy', async () => {
    change('DELETE FROM transactions WHERE log_index = 0');
    const named = await dm(['blockchain', 'repair', '--json', '--data', data]);
    expect(named.code).toBe(1);
    expect(JSON.parse(named.stdout)).toMatchObject({
      report: { outcome: 'needs_copy', needs: [{ kind: 'transaction', first: 0, last: 0 }] },
    });
    expect(JSON.parse(named.stderr)).toMatchObject({
      error: { code: 'STORAGE_CORRUPT', context: { place: 'transaction 0' } },
    });
    const nothing = join(root, 'nothing.txt');
    writeFileSync(nothing, 'no chain');
    const refused = await dm(['blockchain', 'repair', '--from', nothing, '--json', '--data', data]);
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'INPUT_INVALID' } });
    const { report } = await dmJson<{ report: IntegrityReport }>([
      'blockchain',
      'repair',
      '--from',
      copy,
      '--data',
      data,
    ]);
    expect(report).toMatchObject({ outcome: 'filled' });
    expect((await dm(['blockchain', 'verify', '--data', data])).code).toBe(0);
  });
});
