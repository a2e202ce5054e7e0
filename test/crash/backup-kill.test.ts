import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { projectNode } from '../../build/checkout.mjs';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import type { MadeBackup } from '../../src/node/recovery/write-backup.ts';
import { ChainReader } from '../../src/node/storage/chain-reader.ts';
import {
  backUp,
  commit,
  extract,
  findingsOf,
  grow,
  makeChain,
  type BackedUpChain,
} from '../node/recovery/recovery-fixture.ts';
import { isSoak, SeededRandom } from './seeded-random.ts';
import { createBytes } from './test-chain.ts';

const KILLS = isSoak ? 50 : 4;
/** Longer than either takes on a slow machine: some runs end before they are killed. */
const MOMENT_MS_MAX = 1_500;

/** Runs the child and kills it so many milliseconds after it began. Whether it had ended by then. */
async function runAndKill(args: readonly string[], afterMs: number): Promise<boolean> {
  const script = fileURLToPath(new URL('./backup-child.ts', import.meta.url));
  const child = spawn(projectNode, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let timer: NodeJS.Timeout | undefined;
  child.stdout.once('data', () => {
    timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  if (signal !== 'SIGKILL') expect(code).toBe(0);
  return signal !== 'SIGKILL';
}

function heightOf(data: string): number {
  const { reader, database } = ChainReader.open(dataPaths(data).chain, { pageCacheCount: 16 });
  try {
    return reader.height();
  } finally {
    database.close();
  }
}

describe(`a backup and a restore that are killed ${KILLS} times each`, () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-backup-kill-'));
  const random = SeededRandom.announced('kills of backup and restore');
  let chain: BackedUpChain;
  let short: BackedUpChain;
  let newer: MadeBackup;
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  beforeAll(async () => {
    chain = await makeChain(root);
    short = { root, data: join(root, 'short') };
    cpSync(chain.data, short.data, { recursive: true });
    await grow(chain, ['fourth', 'fifth']);
    newer = await backUp(chain.data, join(root, 'newer.backup'));
  });

  test.each(Array.from({ length: KILLS }, (_, run) => run))(
    'a backup is there whole or not at all, and the chain goes on: kill %i',
    async (run) => {
      const output = join(root, `killed-${run}.backup`);
      const isDone = await runAndKill(['backup', chain.data, output], random.below(MOMENT_MS_MAX));
      expect(existsSync(output) || !isDone).toBe(true);
      if (existsSync(output)) {
        const into = join(root, `killed-out-${run}`);
        await extract([output], into);
        expect(await findingsOf(into)).toEqual([]);
      }
      expect(await findingsOf(chain.data)).toEqual([]);
    },
  );

  test.each(Array.from({ length: KILLS }, (_, run) => run))(
    'a restore leaves the old chain or the new, whole, and the next start goes on: kill %i',
    async (run) => {
      const data = join(root, `restored-${run}`);
      cpSync(short.data, data, { recursive: true });
      await runAndKill(['restore', data, newer.path], random.below(MOMENT_MS_MAX));
      const found = heightOf(data);
      expect([3, 5]).toContain(found);
      // Whoever opens it next finishes what belongs to the step, or undoes it.
      await commit(data, [createBytes(`after-${run}`, { chainId: 'backed-up' })]);
      expect(heightOf(data)).toBe(found + 1);
      expect(await findingsOf(data)).toEqual([]);
      const beside = readdirSync(dirname(data)).filter((name) => name.startsWith(`${basename(data)}.`));
      expect(beside.filter((name) => name.includes('.restoring-'))).toEqual([]);
      const kept = beside.filter((name) => name.includes('.before-restore-'));
      expect(kept).toHaveLength(found === 5 ? 1 : 0);
      for (const name of kept) expect(heightOf(join(root, name))).toBe(3);
    },
  );
});
