import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { projectNode } from '../../build/checkout.mjs';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import { ChainReader } from '../../src/node/storage/chain-reader.ts';
import { verifyNode } from '../../src/node/verify/verify-node.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { isSoak, SeededRandom } from './seeded-random.ts';
import { createBytes, foundTestChain, sealingKey } from './test-chain.ts';

const KILLS = isSoak ? 200 : 8;

test(`a validator's key signs one block of each height, killed ${KILLS} times as it signs`, async () => {
  const root = temporaryDirectory();
  const data = join(root, 'data');
  const log = join(root, 'signed');
  foundTestChain(data);
  const random = SeededRandom.announced('kills at a signature');
  const script = fileURLToPath(new URL('./sign-child.ts', import.meta.url));
  let interrupted = 0;
  for (let run = 0; run < KILLS; run++) {
    const moment = random.below(2) === 0 ? 'before' : 'after';
    const child = spawnSync(projectNode, [script, data, log, String(random.between(1, 12)), moment, String(run)], {
      encoding: 'utf8',
    });
    expect({ signal: child.signal, stderr: child.stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
    const { reader, database } = ChainReader.open(dataPaths(data).chain);
    if (reader.blockRow(reader.height() + 1) !== undefined) interrupted++;
    database.close();
  }
  // Each kill fell between decision and seal: the block was there, and nobody had its seal.
  expect(interrupted).toBe(KILLS);

  const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
  expect((await node.submit(createBytes('after-all'))).outcome).toBe('committed');
  await node.close();
  const { reader, database } = ChainReader.open(dataPaths(data).chain);
  const blocks = new Set(Array.from({ length: reader.height() + 1 }, (_, height) => reader.block(height).hash));
  database.close();
  const signed = new Set(readFileSync(log, 'utf8').trim().split('\n'));
  expect(signed.size).toBeGreaterThan(KILLS / 2);
  // Whatever was ever signed is a block of this chain: so no height has two.
  expect([...signed].filter((digest) => !blocks.has(digest as never))).toEqual([]);
  const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
  expect(report).toMatchObject({ findings: [] });
});
