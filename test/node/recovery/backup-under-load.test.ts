import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { baseOf } from '../../../src/node/recovery/backup-base.ts';
import type { BackupManifest } from '../../../src/node/recovery/backup-format.ts';
import { makeBackup } from '../../../src/node/recovery/make-backup.ts';
import type { MadeBackup } from '../../../src/node/recovery/write-backup.ts';
import { createBytes, sealingKey, signForChainIn } from '../../crash/test-chain.ts';
import { findingsOf, makeChain, restore, signAsValidator } from './recovery-fixture.ts';

const IN_FLIGHT = 20;
const BEFORE = 600;

const root = mkdtempSync(join(tmpdir(), 'quantum-lock-under-load-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('blocks are sealed while backups are made, and what is restored elsewhere has their head and roots and goes on', async () => {
  const { data } = await makeChain(root);
  const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
  let count = 0;
  let isLoading = true;
  const submitOne = async (): Promise<void> => {
    const { outcome } = await node.submit(createBytes(`load-${++count}`, { chainId: 'backed-up' }));
    expect(outcome).toBe('committed');
  };
  const load = async (): Promise<void> => {
    while (isLoading) await submitOne();
  };
  for (let done = 0; done < BEFORE; done += IN_FLIGHT)
    await Promise.all(Array.from({ length: IN_FLIGHT }, () => submitOne()));

  const workers = Array.from({ length: IN_FLIGHT }, () => load());
  const backUpNow = async (name: string, base: BackupManifest | null): Promise<MadeBackup> => {
    const begunAt = node.height;
    const made = await makeBackup(
      {
        dataDirectory: data,
        output: join(root, name),
        base: base === null ? null : baseOf(base),
        withContent: true,
        encryption: null,
        createdAt: Date.now(),
        software: '0.1.0',
      },
      {
        report: () => undefined,
        sign: async (manifest) => {
          // The file is open and its end not written: a block that is asked for now comes all the same.
          const before = node.height;
          await submitOne();
          expect(node.height).toBeGreaterThan(before);
          return signAsValidator(manifest);
        },
      },
    );
    expect(node.height).toBeGreaterThan(begunAt);
    expect(made.manifest.to.height).toBeGreaterThanOrEqual(begunAt);
    return made;
  };
  const full = await backUpNow('full.backup', null);
  const first = await backUpNow('first.backup', full.manifest);
  isLoading = false;
  await Promise.all(workers);
  const last = await backUpNow('last.backup', first.manifest);
  await node.close();
  const head = last.manifest.to;

  rmSync(data, { recursive: true });
  const elsewhere = join(root, 'elsewhere');
  const { fault } = await restore([full.path, first.path, last.path], elsewhere);
  expect(fault).toBeNull();
  signForChainIn(elsewhere);
  const restored = await QuantumNode.open({ dataDirectory: elsewhere, key: sealingKey(), now: Date.now });
  try {
    const { head_hash, state_root, log_root, height } = await restored.query.head();
    expect({ hash: head_hash, state_root, log_root, height }).toEqual({
      hash: head.hash,
      state_root: head.state_root,
      log_root: head.log_root,
      height: head.height,
    });
    expect((await restored.submit(createBytes('goes-on', { chainId: 'backed-up' }))).outcome).toBe('committed');
  } finally {
    await restored.close();
  }
  expect(await findingsOf(elsewhere)).toEqual([]);
});
