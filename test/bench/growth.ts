import { statSync } from 'node:fs';
import { join } from 'node:path';
import { submitAll } from '../../src/node/benchmark/benchmark.ts';
import {
  createEnvironmentTransaction,
  foundSyntheticChain,
  updateEnvironmentTransaction,
  type SyntheticChain,
} from '../../src/node/benchmark/synthetic-chain.ts';
import { verifyThreadCount } from '../../src/node/thread-counts.ts';
import { Validator } from '../../src/node/validator/validator.ts';
import { median, type Figure } from './figures.ts';

const SMALL = 1_000;
const SAMPLE_TRANSACTIONS = 4_000;
const ROUNDS = 3;
const SIGN_AT_ONCE = 10_000;

interface Grown {
  readonly chain: SyntheticChain;
  readonly validator: Validator;
  environments: number;
  nonce: number;
  /** Blue versions of the environments that were updated, by place. */
  readonly versions: Map<number, number>;
}

/**
 * Cost of a transaction at 1,000 … `largest` environments. A chain that stays small is measured in turn with the one
 * that grows, so that the ratio holds when the machine's speed drifts.
 */
export async function measureGrowth(
  directory: string,
  largest: number,
): Promise<{ readonly figures: readonly Figure[]; readonly chain: SyntheticChain }> {
  const small = await start(foundSyntheticChain(join(directory, 'small', 'chain')));
  const large = await start(foundSyntheticChain(join(directory, 'large', 'chain')));
  const figures: Figure[] = [];
  try {
    await growTo(small, SMALL);
    await growTo(large, SMALL);
    await sample(small);
    for (let size = SMALL; size <= largest; size *= 10) {
      const bytesBefore = databaseBytes(large.chain);
      const grownBy = size - large.environments;
      await growTo(large, size);
      const ratios: number[] = [];
      const costs: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const baseline = await sample(small);
        const cost = await sample(large);
        costs.push(cost);
        ratios.push(cost / baseline);
      }
      const name = `at ${size.toLocaleString('en')} environments`;
      figures.push({ name: `${name}: a transaction`, value: median(costs), unit: 'µs' });
      figures.push({
        name: `${name}: against 1,000`,
        value: median(ratios),
        unit: '×',
        bound: { at: 'most', value: 2 },
      });
      if (grownBy > 0)
        figures.push({
          name: `${name}: disk, each`,
          value: (databaseBytes(large.chain) - bytesBefore) / (grownBy + ROUNDS * SAMPLE_TRANSACTIONS),
          unit: 'bytes',
        });
    }
  } finally {
    await small.validator.stop();
    await large.validator.stop();
  }
  return { figures, chain: large.chain };
}

async function start(chain: SyntheticChain): Promise<Grown> {
  const onFailure = (error: Error): never => {
    throw error;
  };
  const validator = await Validator.start(
    { chainDirectory: chain.chainDirectory, verifyThreads: verifyThreadCount(), onBlock: () => undefined, onFailure },
    chain.sealingKey(),
  );
  return { chain, validator, environments: 0, nonce: 0, versions: new Map() };
}

async function growTo(grown: Grown, size: number): Promise<void> {
  while (grown.environments < size) {
    const count = Math.min(SIGN_AT_ONCE, size - grown.environments);
    const load = Array.from({ length: count }, () =>
      createEnvironmentTransaction(grown.chain, `env-${grown.environments++}`, grown.nonce++),
    );
    await submitAll(grown.validator, load);
    if (grown.environments % 100_000 === 0) console.error(`  ${grown.environments.toLocaleString('en')} environments`);
  }
}

/** Microseconds a transaction, over updates of environments chosen at random. */
async function sample(grown: Grown): Promise<number> {
  const spread = Math.max(1, Math.floor(grown.environments / SAMPLE_TRANSACTIONS));
  const load = Array.from({ length: SAMPLE_TRANSACTIONS }, (_, index) => {
    const place = (index * spread + Math.floor(Math.random() * spread)) % grown.environments;
    const baseVersion = grown.versions.get(place) ?? 1;
    grown.versions.set(place, baseVersion + 1);
    return updateEnvironmentTransaction(grown.chain, `env-${place}`, { nonce: grown.nonce++, baseVersion });
  });
  const begin = performance.now();
  await submitAll(grown.validator, load);
  return ((performance.now() - begin) * 1000) / load.length;
}

function databaseBytes(chain: SyntheticChain): number {
  return statSync(join(chain.chainDirectory, 'chain.db')).size;
}
