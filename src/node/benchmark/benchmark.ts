import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssertionError } from '../../base/assert.ts';
import type { Stage } from '../chain/stage-clock.ts';
import { percentile } from '../monitoring/finality-meter.ts';
import type { EngineStats } from '../engine/engine.ts';
import type { SubmitResult } from '../../ledger/transactions/receipt.ts';
import { verifyThreadCount } from '../thread-counts.ts';
import { Validator } from '../validator/validator.ts';
import {
  createEnvironmentTransaction,
  foundSyntheticChain,
  measureVerifyRate,
  type SyntheticChain,
} from './synthetic-chain.ts';

export interface BenchmarkOptions {
  /** Where the scratch chain is made, and removed again: measure the disk that the node will use. */
  readonly directory: string;
  readonly transactions: number;
  readonly onProgress: (step: string) => void;
}

export interface BenchmarkReport {
  readonly transactions: number;
  readonly idle: {
    readonly samples: number;
    readonly p50_ms: number;
    readonly p95_ms: number;
    readonly p99_ms: number;
  };
  readonly throughput: {
    readonly committed_per_second: number;
    readonly native_verify_per_second: number;
    /** Committed per native single-core verification. */
    readonly ratio: number;
    readonly blocks: number;
    readonly transactions_per_block: number;
  };
  /** Microseconds a transaction. `verify` runs on other threads, in parallel with the rest. */
  readonly stages_us: Readonly<Record<Stage | 'verify', number>>;
  readonly signature_verifier: 'native' | 'noble';
  readonly verify_threads: number;
}

const IDLE_SAMPLES = 300;
const IDLE_WARM_UP = 100;
const BATCH = 500;
const BATCHES_IN_FLIGHT = 8;
const VERIFY_RATE_MS = 1_000;

/** Measures the real path on a scratch chain: verify, execute, Merkle, SQLite at synchronous=FULL, seal. */
export async function runBenchmark(options: BenchmarkOptions): Promise<BenchmarkReport> {
  const scratch = mkdtempSync(join(options.directory, 'benchmark-'));
  try {
    return await measure(foundSyntheticChain(join(scratch, 'chain')), options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function measure(
  chain: SyntheticChain,
  { transactions, onProgress }: BenchmarkOptions,
): Promise<BenchmarkReport> {
  const verifyThreads = verifyThreadCount();
  const validator = await Validator.start(
    {
      chainDirectory: chain.chainDirectory,
      verifyThreads,
      onBlock: () => undefined,
      onFailure: (error) => {
        throw error;
      },
    },
    chain.sealingKey(),
  );
  try {
    onProgress('measuring the idle commit');
    const idle = await measureIdle(validator, chain);
    onProgress(`signing ${transactions} transactions`);
    const load = Array.from({ length: transactions }, (_, index) =>
      createEnvironmentTransaction(chain, `load-${index}`, index),
    );
    onProgress('measuring native signature checks');
    const rateBefore = measureVerifyRate(VERIFY_RATE_MS / 2);
    onProgress(`committing ${transactions} transactions`);
    const { seconds, before, after } = await measureLoad(validator, load);
    const rateAfter = measureVerifyRate(VERIFY_RATE_MS / 2);
    // Before and after, because the machine's speed drifts.
    const verifyRate = (rateBefore + rateAfter) / 2;
    const committed = transactions / seconds;
    const blocks = after.blocks - before.blocks;
    return {
      transactions,
      idle,
      throughput: {
        committed_per_second: committed,
        native_verify_per_second: verifyRate,
        ratio: committed / verifyRate,
        blocks,
        transactions_per_block: transactions / blocks,
      },
      stages_us: stagesOf(before, after, transactions),
      signature_verifier: after.signatureVerifier,
      verify_threads: verifyThreads,
    };
  } finally {
    await validator.stop();
  }
}

function stagesOf(before: EngineStats, after: EngineStats, transactions: number): BenchmarkReport['stages_us'] {
  const stages = Object.fromEntries(
    (Object.keys(after.stagesUs) as Stage[]).map((stage) => [
      stage,
      (after.stagesUs[stage] - before.stagesUs[stage]) / transactions,
    ]),
  ) as Record<Stage, number>;
  return { verify: (after.verifyUs - before.verifyUs) / transactions, ...stages };
}

async function measureIdle(validator: Validator, chain: SyntheticChain): Promise<BenchmarkReport['idle']> {
  const times: number[] = [];
  for (let index = 0; index < IDLE_WARM_UP + IDLE_SAMPLES; index++) {
    const bytes = createEnvironmentTransaction(chain, `idle-${index}`, index);
    const begin = performance.now();
    assertCommitted(await validator.submit(bytes));
    if (index >= IDLE_WARM_UP) times.push(performance.now() - begin);
  }
  times.sort((left, right) => left - right);
  const at = (fraction: number): number => percentile(times, fraction) ?? 0;
  return { samples: times.length, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) };
}

async function measureLoad(
  validator: Validator,
  load: readonly Uint8Array[],
): Promise<{ seconds: number; before: EngineStats; after: EngineStats }> {
  const before = await validator.stats();
  const begin = performance.now();
  await submitAll(validator, load);
  const seconds = (performance.now() - begin) / 1000;
  return { seconds, before, after: await validator.stats() };
}

/** Keeps a bounded number of batches in flight, as many clients together would. */
export async function submitAll(validator: Validator, load: readonly Uint8Array[]): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < load.length) {
      const batch = load.slice(next, (next += BATCH));
      for (const result of await validator.submitBatch(batch)) assertCommitted(result);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_IN_FLIGHT }, lane));
}

function assertCommitted(result: SubmitResult): void {
  if (result.outcome !== 'committed')
    throw new AssertionError(`a benchmark transaction was refused: ${result.rejection.message}`);
}
