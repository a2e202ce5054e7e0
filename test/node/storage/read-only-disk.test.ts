import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';

import { dataPaths } from '../../../src/node/data-directory.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { createBytes, sealingKey } from '../../crash/test-chain.ts';
import { foundedDirectory, receiptOf } from './opened-node.ts';

/** Places where nothing can be written, where this user may mount one. */
function mount(options: string): { readonly directory: string } | { readonly reason: string } {
  if (process.platform !== 'linux') return { reason: 'such a disk is made with Linux tmpfs' };
  const directory = mkdtempSync(join(tmpdir(), 'quantum-lock-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory], { stdio: 'pipe' });
    mounted.push(directory);
    return { directory };
  } catch {
    rmSync(directory, { recursive: true });
    return { reason: 'this user may not mount a tmpfs' };
  }
}
const mounted: string[] = [];
afterAll(() => {
  for (const directory of mounted) {
    execFileSync('umount', ['-l', directory]);
    rmSync(directory, { recursive: true });
  }
});

/** How a disk comes to take nothing more. */
const STATES: Readonly<Record<string, { readonly options: string; readonly close: (directory: string) => void }>> = {
  'a read-only mount': {
    options: 'size=16m',
    close: (directory) => void execFileSync('mount', ['-o', 'remount,ro', directory]),
  },
  'a full disk': {
    options: 'size=8m',
    close(directory) {
      const { bavail, bsize } = statfsSync(directory);
      writeFileSync(join(directory, 'filler'), Buffer.alloc(bavail * bsize));
    },
  },
  'a disk without inodes': {
    options: 'size=16m,nr_inodes=40',
    close(directory) {
      for (let left = statfsSync(directory).ffree; left > 0; left--) writeFileSync(join(directory, `file-${left}`), '');
    },
  },
};

async function filled(): Promise<string> {
  const data = foundedDirectory();
  const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
  for (let index = 0; index < 5; index++) receiptOf(await node.submit(createBytes(`env-${index}`)));
  await node.query.indexedTo(node.height);
  await node.close();
  return data;
}

/** As after a kill: what was committed last stands in the log beside the database. */
function leaveInLog(from: string, to: string): void {
  const path = join(dataPaths(from).chain, 'chain.db');
  const database = new Database(path);
  database.pragma('wal_autocheckpoint = 0');
  database.exec("INSERT INTO meta (key, value) VALUES ('from', 'the log')");
  cpSync(from, to, { recursive: true, filter: (source) => !source.endsWith('-shm') });
  database.close();
}

const probe = mount('size=1m');

describe.skipIf('reason' in probe)('a chain is read and verified', () => {
  test.each(
    Object.entries(STATES).flatMap(([name, state]) =>
      [true, false].map((isWhole) => ({ name, hasIndex: isWhole, isClosed: isWhole, ...state })),
    ),
  )('on $name (index there: $hasIndex, closed: $isClosed)', async ({ options, close, hasIndex, isClosed }) => {
    const disk = mount(options);
    if (!('directory' in disk)) throw new Error(disk.reason);
    const data = join(disk.directory, 'data');
    const source = await filled();
    if (!hasIndex) rmSync(join(source, 'index.db'));
    if (isClosed) cpSync(source, data, { recursive: true });
    else leaveInLog(source, data);
    close(disk.directory);

    const node = await QuantumNode.open({ dataDirectory: data, key: null, now: Date.now });
    try {
      const status = await node.status();
      expect(status).toMatchObject({ height: 5, chain_id: 'test-chain' });
      expect(status.alerts.filter(({ severity }) => severity === 'critical')).toEqual([]);
      const { environments } = await node.query.environments({ limit: 10 } as never);
      expect(environments).toHaveLength(5);
      expect(await node.query.environment({ env_id: 'env-3' })).toMatchObject({ env_id: 'env-3' });
    } finally {
      await node.close();
    }
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    // A row that no block made was left in the log: it is seen, so the log was read.
    if (isClosed) expect(report).toMatchObject({ ok: true, height: 5 });
  });
});
