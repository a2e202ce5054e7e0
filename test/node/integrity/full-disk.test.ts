import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { takeSnapshot } from '../../../src/node/integrity/snapshots.ts';
import { logicalContent } from '../../crash/flips.ts';
import { createBytes, foundTestChain, sealingKey } from '../../crash/test-chain.ts';
import { fillUp, mount } from '../storage/small-disk.ts';
import { receiptOf } from '../storage/opened-node.ts';

const CHAIN = join('chain', 'chain.db');
const probe = mount('size=1m');

describe.skipIf('reason' in probe)('a disk that is full', () => {
  test('is told as such by a repair and a snapshot, which change nothing, and go on when there is room', async () => {
    const disk = mount('size=24m');
    if (!('directory' in disk)) throw new Error(disk.reason);
    const data = join(disk.directory, 'data');
    foundTestChain(data);
    const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    for (let block = 0; block < 6; block++)
      for (const result of await node.submitBatch(
        Array.from({ length: 60 }, (_, index) => createBytes(`env-${block}-${index}`)),
      ))
        receiptOf(result);
    await node.query.indexedTo(node.height);
    await node.close();
    const truth = logicalContent(join(data, CHAIN));
    const database = new Database(join(data, CHAIN));
    database.exec('DELETE FROM state_pages WHERE id = (SELECT max(id) FROM state_pages)');
    database.close();
    const damaged = readFileSync(join(data, CHAIN));

    fillUp(disk.directory);
    const full = QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    await expect(full).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(readFileSync(join(data, CHAIN)).equals(damaged)).toBe(true);
    await expect(takeSnapshot({ dataDirectory: data, height: 2, output: null, now: Date.now })).rejects.toMatchObject({
      code: 'STORAGE_FULL',
    });

    rmSync(join(disk.directory, 'filler'));
    const again = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    expect(logicalContent(join(data, CHAIN)) === truth).toBe(true);
    receiptOf(await again.submit(createBytes('after')));
    await again.close();
    await expect(takeSnapshot({ dataDirectory: data, height: 2, output: null, now: Date.now })).resolves.toMatchObject({
      height: 2,
    });
  }, 120_000);
});
