import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, test, vi } from 'vitest';

import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import type { QuantumNode } from '../../../src/node/quantum-node.ts';
import { createBytes } from '../../crash/test-chain.ts';
import { foundedDirectory, openedNode, receiptOf } from '../storage/opened-node.ts';

/** A look is a quarter of a second old at most; the rest is for a busy machine. */
const PATIENCE = { timeout: 30_000 };

const aside = (path: string): string => join(dirname(path), 'aside');

/** What can become of files that a process has open, and how it is undone; null where it cannot be. */
const LOSSES: ReadonlyArray<
  readonly [what: string, lose: (data: string) => void, putBack: ((data: string) => void) | null]
> = [
  ['the data directory was deleted', (data) => rmSync(data, { recursive: true }), null],
  [
    'the data directory was moved away',
    (data) => renameSync(data, aside(data)),
    (data) => renameSync(aside(data), data),
  ],
  [
    'another directory took its place',
    (data) => {
      renameSync(data, aside(data));
      cpSync(aside(data), data, { recursive: true });
    },
    (data) => {
      rmSync(data, { recursive: true });
      renameSync(aside(data), data);
    },
  ],
  [
    'an empty directory took the place of chain/',
    (data) => {
      renameSync(dataPaths(data).chain, aside(dataPaths(data).chain));
      mkdirSync(dataPaths(data).chain);
    },
    (data) => {
      rmSync(dataPaths(data).chain, { recursive: true });
      renameSync(aside(dataPaths(data).chain), dataPaths(data).chain);
    },
  ],
  ['chain.db was deleted', (data) => rmSync(join(dataPaths(data).chain, 'chain.db')), null],
  [
    'chain.db was replaced by a copy of itself',
    (data) => {
      const file = join(dataPaths(data).chain, 'chain.db');
      cpSync(file, `${file}.copy`);
      renameSync(`${file}.copy`, file);
    },
    null,
  ],
];

const alertCodes = async (node: QuantumNode): Promise<readonly string[]> =>
  (await node.status()).alerts.map(({ code }) => code);

describe('a running node', () => {
  test.each(LOSSES)('says that %s, and takes nothing that would be lost', async (_, lose, putBack) => {
    const data = foundedDirectory();
    const node = await openedNode(data);
    receiptOf(await node.submit(createBytes('before')));
    expect(await alertCodes(node)).not.toContain('DATA_DIR_GONE');

    lose(data);
    await vi.waitFor(async () => expect(await alertCodes(node)).toContain('DATA_DIR_GONE'), PATIENCE);
    const { health, alerts } = await node.status();
    expect(health).toBe('failed');
    expect(alerts[0]).toMatchObject({ code: 'DATA_DIR_GONE', severity: 'critical' });
    await expect(node.submit(createBytes('meanwhile'))).rejects.toMatchObject({ code: 'DATA_DIR_GONE' });
    expect(node.height).toBe(1);

    if (putBack === null) return;
    putBack(data);
    await vi.waitFor(async () => expect(await alertCodes(node)).not.toContain('DATA_DIR_GONE'), PATIENCE);
    receiptOf(await node.submit(createBytes('after')));
    expect(node.height).toBe(2);
  });
});
