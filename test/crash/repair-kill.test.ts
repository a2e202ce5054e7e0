import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { projectNode } from '../../build/checkout.mjs';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import { logicalContent } from './flips.ts';
import { isSoak, SeededRandom } from './seeded-random.ts';
import { createBytes, foundTestChain, sealingKey } from './test-chain.ts';

const CHAIN = join('chain', 'chain.db');
const TRIALS = isSoak ? 100 : 4;
/** More calls than a repair makes: a number behind its last kills nothing. */
const CALLS_MAX = 32;

describe('a repair that is killed', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-repair-kill-'));
  const script = fileURLToPath(new URL('./repair-child.ts', import.meta.url));
  const damaged = join(root, 'damaged');
  const data = join(root, 'data');
  const random = SeededRandom.announced('repair kill');
  let truth = '';
  let broken = '';
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  beforeAll(async () => {
    foundTestChain(damaged);
    const node = await QuantumNode.open({ dataDirectory: damaged, key: sealingKey(), now: Date.now });
    for (let block = 0; block < 5; block++)
      await node.submitBatch(Array.from({ length: 60 }, (_, index) => createBytes(`env-${block}-${index}`)));
    await node.close();
    truth = logicalContent(join(damaged, CHAIN));
    const database = new Database(join(damaged, CHAIN));
    database.exec('DELETE FROM state_pages WHERE id = 20');
    database.close();
    broken = logicalContent(join(damaged, CHAIN));
  }, 60_000);

  function killedRepair(nth: number, side: string): Promise<string> {
    return new Promise((resolve) => {
      execFile(projectNode, [script, data, String(nth), side], (_, stdout) => resolve(stdout.trim()));
    });
  }

  test(`leaves the damaged chain or the repaired one, each whole, and goes on at the next start (${TRIALS} times)`, async () => {
    let killed = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      rmSync(data, { recursive: true, force: true });
      cpSync(damaged, data, { recursive: true });
      // Twice in a row, now and then.
      for (let times = random.between(1, 2); times > 0; times--) {
        const nth = random.between(1, CALLS_MAX);
        const side = random.pick(['before', 'after']);
        const what = `call ${nth}, ${side}`;
        if ((await killedRepair(nth, side)) !== 'whole') killed += 1;
        const content = logicalContent(join(data, CHAIN));
        expect(content === truth || content === broken, what).toBe(true);
        // What was damaged is there whole, in its place or in quarantine.
        const kept = existsSync(join(data, 'quarantine')) ? readdirSync(join(data, 'quarantine')) : [];
        const copies = kept
          .map((time) => join(data, 'quarantine', time, 'chain.db'))
          .filter((path) => existsSync(path));
        expect(
          [join(data, CHAIN), ...copies].some((path) => logicalContent(path) === broken),
          what,
        ).toBe(true);
      }
      const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
      await node.query.scrubbed().catch(() => undefined);
      await node.close();
      const again = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
      expect(logicalContent(join(data, CHAIN)) === truth).toBe(true);
      expect((await again.status()).alerts.map(({ code }) => code)).toContain('CHAIN_REPAIRED');
      expect((await again.submit(createBytes('after'))).outcome).toBe('committed');
      await again.close();
    }
    expect(killed).toBeGreaterThan(0);
    process.stderr.write(`repair kill: ${killed} killed\n`);
  }, 3_600_000);
});
