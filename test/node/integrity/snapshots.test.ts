import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import type { Hash } from '../../../src/base/bytes.ts';
import { integrityPaths } from '../../../src/node/integrity/integrity-paths.ts';
import { SnapshotSchedule } from '../../../src/node/integrity/snapshot-schedule.ts';
import { openSnapshots } from '../../../src/node/integrity/snapshot-source.ts';
import { listSnapshots, takeSnapshot } from '../../../src/node/integrity/snapshots.ts';
import { createBytes, updateBytes } from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { foundedDirectory, openedNode, receiptOf } from '../storage/opened-node.ts';

describe('a snapshot', () => {
  test('is taken beside a running node, of any height, and is used only where it is whole and of this chain', async () => {
    const data = foundedDirectory();
    const node = await openedNode(data);
    receiptOf(await node.submit(createBytes('env')));
    for (let version = 1; version < 6; version++)
      receiptOf(await node.submit(updateBytes('env', `content ${version}`, { baseVersion: version })));
    const { genesis } = node.chain;
    const take = (height: number | null, output: string | null = null): ReturnType<typeof takeSnapshot> =>
      takeSnapshot({ dataDirectory: data, height, output, now: () => 77 });

    expect(await take(2)).toMatchObject({ height: 2, name: 'snapshot-000000000002.db', taken_at: 77 });
    await take(4);
    expect(await take(null)).toMatchObject({ height: node.height });
    // The highest two stay.
    expect(listSnapshots(data).map(({ height }) => height)).toEqual([node.height, 4]);
    const directory = integrityPaths(data).snapshots;
    expect(readdirSync(directory)).toHaveLength(2);

    const heights = (of: Hash, above = -1): readonly number[] => {
      const sources = openSnapshots(directory, { genesis: of, above, below: node.height });
      for (const source of sources) source.close();
      return sources.map(({ height }) => height);
    };
    expect(heights(genesis)).toEqual([node.height, 4]);
    expect(heights(genesis, 4)).toEqual([node.height]);
    expect(heights(`0x${'ab'.repeat(32)}` as Hash)).toEqual([]);

    const database = new Database(join(directory, 'snapshot-000000000004.db'));
    database.exec("UPDATE state_values SET value = CAST('{}' AS BLOB) WHERE id = 3");
    database.close();
    expect(heights(genesis)).toEqual([node.height]);

    const output = join(temporaryDirectory(), 'state.db');
    expect(await take(3, output)).toMatchObject({ height: 3, name: 'state.db' });
    await expect(take(3, output)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(take(1_000)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is taken by itself whenever so many blocks have come, where a person wants that', async () => {
    const data = foundedDirectory();
    const node = await openedNode(data);
    const schedule = new SnapshotSchedule({ dataDirectory: data, every: 2, now: Date.now });
    for (let block = 0; block < 3; block++) {
      receiptOf(await node.submit(createBytes(`env-${block}`)));
      schedule.onBlock(node.height);
      await schedule.settled();
    }
    expect(listSnapshots(data).map(({ height }) => height)).toEqual([2]);
    await schedule.close();
    schedule.onBlock(9);
    await schedule.settled();
    expect(listSnapshots(data)).toHaveLength(1);
  });

  test('is not taken of a state that is damaged, and leaves nothing then', async () => {
    const data = foundedDirectory();
    const node = await openedNode(data);
    receiptOf(await node.submit(createBytes('env')));
    const { height } = node;
    await node.close();
    const database = new Database(join(data, 'chain', 'chain.db'));
    database.exec("UPDATE state_values SET value = CAST('{}' AS BLOB) WHERE id = 2");
    database.close();
    mkdirSync(integrityPaths(data).snapshots);
    const taken = takeSnapshot({ dataDirectory: data, height, output: null, now: Date.now });
    await expect(taken).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    expect(readdirSync(integrityPaths(data).snapshots)).toEqual([]);
    expect(existsSync(join(data, 'chain', 'chain.db'))).toBe(true);
  });
});
