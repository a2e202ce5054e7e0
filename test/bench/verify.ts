import { join } from 'node:path';
import { VERIFY_BATCH_TRANSACTIONS_MAX } from '../../src/base/limits.ts';
import { submitAll } from '../../src/node/benchmark/benchmark.ts';
import {
  createEnvironmentTransaction,
  foundSyntheticChain,
  measureVerifyRate,
} from '../../src/node/benchmark/synthetic-chain.ts';
import { VerifyPool } from '../../src/node/engine/verify-pool.ts';
import { replayThreadCount, verifyThreadCount } from '../../src/node/thread-counts.ts';
import { loadSignatureVerifier } from '../../src/node/signature-verifier.ts';
import { ChainReader } from '../../src/node/storage/chain-reader.ts';
import { ChainScrub } from '../../src/node/storage/chain-scrub.ts';
import { Validator } from '../../src/node/validator/validator.ts';
import { verifyChain } from '../../src/node/verify/verify-chain.ts';
import type { Figure } from './figures.ts';

const SIGN_AT_ONCE = 5_000;
const RATE_MS = 1_000;
/** Refused at once; enough that each thread gets some. */
const STARTING = 8 * VERIFY_BATCH_TRANSACTIONS_MAX;
const SCRUB_SLICE_MS = 50;

/** Full verification against what two cores of native ECDSA verification could do at the same time, and a look at hashes alone. */
export async function measureVerify(directory: string, transactions: number): Promise<Figure[]> {
  const chain = foundSyntheticChain(join(directory, 'verified'));
  const validator = await Validator.start(
    {
      chainDirectory: chain.chainDirectory,
      verifyThreads: verifyThreadCount(),
      onBlock: () => undefined,
      onFailure: (error) => {
        throw error;
      },
    },
    chain.sealingKey(),
  );
  try {
    for (let begin = 0; begin < transactions; begin += SIGN_AT_ONCE) {
      const count = Math.min(SIGN_AT_ONCE, transactions - begin);
      const load = Array.from({ length: count }, (_, index) =>
        createEnvironmentTransaction(chain, `env-${begin + index}`, begin + index),
      );
      await submitAll(validator, load);
    }
  } finally {
    await validator.stop();
  }
  const rateBefore = measureVerifyRate(RATE_MS);
  const pool = new VerifyPool({ chain: chain.chain, threads: replayThreadCount() });
  // The threads have started: what that takes is the same for a chain of any length.
  await pool.verify(Array.from({ length: STARTING }, () => new Uint8Array(0)));
  const rssAt: number[] = [];
  const begin = performance.now();
  const { findings } = await verifyChain({
    chainDirectory: chain.chainDirectory,
    pool,
    verifier: loadSignatureVerifier(),
    onProgress: () => rssAt.push(process.memoryUsage().rss),
  });
  const seconds = (performance.now() - begin) / 1000;
  await pool.close();
  if (findings.length > 0) throw new Error(`the chain does not verify: ${findings[0]?.message ?? ''}`);
  const rate = (rateBefore + measureVerifyRate(RATE_MS)) / 2;
  const half = rssAt[Math.floor(rssAt.length / 2)] ?? 0;
  return [
    { name: 'verified from genesis', value: transactions / seconds, unit: 'tx/s' },
    {
      name: 'verified ÷ native ECDSA of two cores',
      value: transactions / seconds / (2 * rate),
      unit: '×',
      bound: { at: 'least', value: 0.7 },
    },
    {
      name: 'memory, from the half on, for 100,000 transactions',
      value: (((rssAt.at(-1) ?? 0) - half) / 1024 ** 2 / (transactions / 2)) * 100_000,
      unit: 'MiB',
    },
    { name: 'held against hashes alone', value: transactions / scrubSeconds(chain.chainDirectory), unit: 'tx/s' },
  ];
}

function scrubSeconds(chainDirectory: string): number {
  const { reader, database } = ChainReader.open(chainDirectory);
  const begin = performance.now();
  try {
    const scrub = new ChainScrub(reader, database);
    while (scrub.advance(SCRUB_SLICE_MS));
    return (performance.now() - begin) / 1000;
  } finally {
    database.close();
  }
}
