import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, onTestFinished, test } from 'vitest';

import type { Receipt } from '../../../src/ledger/transactions/receipt.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { createBytes, foundTestChain, sealingKey } from '../../crash/test-chain.ts';
import { receiptOf } from '../storage/opened-node.ts';

const SIZE_MIB = 8;

/** A disk of a few megabytes, where this user may mount one; else why not. */
function mountSmallDisk(): { readonly directory: string } | { readonly reason: string } {
  if (process.platform !== 'linux') return { reason: 'a disk of a few megabytes is made with Linux tmpfs' };
  const directory = mkdtempSync(join(tmpdir(), 'quantum-lock-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'tmpfs', directory], { stdio: 'pipe' });
    return { directory };
  } catch {
    rmSync(directory, { recursive: true });
    return { reason: 'this user may not mount a tmpfs' };
  }
}

const disk = mountSmallDisk();
afterAll(() => {
  if (!('directory' in disk)) return;
  // Lazily: a test that failed may have left a node on it.
  execFileSync('umount', ['-l', disk.directory]);
  rmSync(disk.directory, { recursive: true });
});

const why = 'reason' in disk ? ` (skipped: ${disk.reason})` : '';
test.skipIf('reason' in disk)(
  `a disk that is really full costs no block and no node, and nothing is half-written${why}`,
  async () => {
    if (!('directory' in disk)) return;
    const data = join(disk.directory, 'data');
    const filler = join(disk.directory, 'filler');
    mkdirSync(data);
    foundTestChain(data);
    const open = (): Promise<QuantumNode> =>
      QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    let node = await open();
    onTestFinished(() => node.close());
    const { bavail, bsize } = statfsSync(disk.directory);
    writeFileSync(filler, Buffer.alloc(bavail * bsize - 1024 * 1024));

    const receipts: Receipt[] = [];
    let failure: unknown = null;
    for (let index = 0; failure === null; index++) {
      expect(index, 'the disk never became full').toBeLessThan(20_000);
      try {
        receipts.push(receiptOf(await node.submit(createBytes(`env-${index}`))));
      } catch (error) {
        failure = error;
      }
    }
    expect(failure).toMatchObject({ code: 'STORAGE_FULL' });
    await expect(node.submit(createBytes('full'))).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(node.height).toBe(receipts.length);
    expect((await node.stats())?.failure).toMatchObject({ code: 'STORAGE_FULL' });

    // Room again: the same node goes on, without a restart.
    rmSync(filler);
    receipts.push(receiptOf(await node.submit(createBytes('full'))));
    expect((await node.stats())?.failure).toBeNull();
    await node.query.indexedTo(node.height);
    const { alerts } = await node.status();
    expect(alerts.filter(({ severity }) => severity === 'critical')).toEqual([]);
    await node.close();

    node = await open();
    try {
      await node.query.indexedTo(node.height);
      const found = await Promise.all(receipts.map(({ id }) => node.query.receipt(id)));
      expect(found).toEqual(receipts);
    } finally {
      await node.close();
    }
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(report).toMatchObject({ findings: [], transactions: receipts.length + 1 });
  },
);
