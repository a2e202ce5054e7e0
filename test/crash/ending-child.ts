import { setTimeout as wait } from 'node:timers/promises';

import { VerifyPool } from '../../src/node/engine/verify-pool.ts';
import { Thread } from '../../src/node/threads/thread.ts';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import type { AddonHandlers } from './addon-thread.ts';
import { SeededRandom } from './seeded-random.ts';
import { createBytes, sealingKey, signForChainIn } from './test-chain.ts';

/**
 * Starts threads and ends them at any moment: while an addon is loaded in them, while it verifies or writes, and idle.
 * Arguments: data directory, seed, turns.
 */
const [dataDirectory = '', seed = '', turns = ''] = process.argv.slice(2);

const random = new SeededRandom(Number(seed));
const chain = signForChainIn(dataDirectory);

const startThread = (): Thread<AddonHandlers> =>
  new Thread({ url: new URL('./addon-thread.ts', import.meta.url), name: 'a thread' });
const loadBegan = performance.now();
const loaded = startThread();
await loaded.remote.isLoaded();
const loadMs = Math.ceil(performance.now() - loadBegan);
await loaded.end();
for (let turn = 0; turn < Number(turns); turn++) {
  const thread = startThread();
  await wait(random.below(2 * loadMs));
  await thread.end();
}

const transactions = Array.from({ length: 100 }, (_, index) => createBytes(`environment-${index}`));
/** As long as a thread takes here to load what it runs, and to verify these. */
const startedAt = performance.now();
const first = new VerifyPool({ chain, threads: 1 });
await first.verify(transactions);
await first.close();
const spanMs = Math.ceil(performance.now() - startedAt);

for (let turn = 0; turn < Number(turns); turn++) {
  const pool = new VerifyPool({ chain, threads: 1 });
  const asked = random.chance(0.5) ? pool.verify(transactions) : null;
  await wait(random.below(spanMs));
  await pool.close();
  await asked;
}

for (let turn = 0; turn < Number(turns) / 4; turn++) {
  const seals = random.chance(0.5);
  const node = await QuantumNode.open({ dataDirectory, key: seals ? sealingKey() : null, now: Date.now });
  const asked = seals ? node.submitBatch(transactions.slice(0, 50)).catch(() => null) : null;
  await wait(random.below(spanMs));
  await node.close();
  await asked;
}

// A start that fails leaves no thread that keeps the process alive.
const stranger = { ...sealingKey(), validatorId: 'nobody' };
try {
  await QuantumNode.open({ dataDirectory, key: stranger, now: Date.now });
} catch (error) {
  console.log(`refused: ${error instanceof Error ? error.message : ''}`);
}
console.log(`ended ${turns} turns`);
