import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { createBytes, sealingKey } from '../../crash/test-chain.ts';
import { foundedDirectory, receiptOf } from './opened-node.ts';
import { fillUp, mount } from './small-disk.ts';

/** How a disk comes to take nothing more. */
const STATES: Readonly<Record<string, { readonly options: string; readonly close: (directory: string) => void }>> = {
  'a read-only mount': {
    options: 'size=16m',
    close: (directory) => void execFileSync('mount', ['-o', 'remount,ro', directory]),
  },
  'a full disk': {
    options: 'size=8m',
    close: fillUp,
  },
  'a disk without inodes': {
    options: 'size=16m,nr_inodes=40',
    close(directory) {
      for (let left = statfsSync(directory).ffree; left > 0; left--) writeFileSync(join(directory, `file-${left}`), '');
    },
  },
};

/** `isClosed`: otherwise as after a kill, when what was committed stands in the log beside the database. */
async function fill(to: string, isClosed: boolean): Promise<void> {
  const data = foundedDirectory();
  const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
  for (let index = 0; index < 5; index++) receiptOf(await node.submit(createBytes(`env-${index}`)));
  await node.query.indexedTo(node.height);
  if (!isClosed) cpSync(data, to, { recursive: true, filter: (source) => !source.endsWith('-shm') });
  await node.close();
  if (isClosed) cpSync(data, to, { recursive: true });
}

const probe = mount('size=1m');

describe.skipIf('reason' in probe)('a chain is read and verified', () => {
  test.each(
    Object.entries(STATES).flatMap(([name, state]) =>
      [true, false].map((isWhole) => ({ name, hasIndex: isWhole, isClosed: isWhole, ...state })),
    ),
  )('on $name (index there: $hasIndex, closed: $isClosed)', async ({ name, options, close, hasIndex, isClosed }) => {
    const disk = mount(options);
    if (!('directory' in disk)) throw new Error(disk.reason);
    const data = join(disk.directory, 'data');
    await fill(data, isClosed);
    if (!hasIndex) for (const end of ['', '-wal']) rmSync(join(data, `index.db${end}`), { force: true });
    close(disk.directory);

    const node = await QuantumNode.open({ dataDirectory: data, key: null, now: Date.now });
    try {
      const status = await node.status();
      expect(status).toMatchObject({ height: 5, chain_id: 'test-chain' });
      expect(status.alerts.filter(({ severity }) => severity === 'critical')).toEqual([]);
      const { environments } = await node.query.environments({ zone: 'blue', limit: 10 });
      expect(environments).toHaveLength(5);
      expect(await node.query.environment({ env_id: 'env-3' })).toMatchObject({ env_id: 'env-3' });
    } finally {
      await node.close();
    }
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(report).toMatchObject({ findings: [], height: 5 });

    // With the key: told at once where that is known, and else at the first block.
    const writing = QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    if (name === 'a read-only mount') {
      await expect(writing).rejects.toMatchObject({ code: 'STORAGE_READ_ONLY' });
      return;
    }
    const outcome = await writing
      .then(async (opened) => {
        onTestFinished(() => opened.close());
        return opened.submit(createBytes('more'));
      })
      .catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: 'STORAGE_FULL' });
  });
});
