import { createRouterClient } from '@orpc/server';
import { join } from 'node:path';
import type { Host } from '../../src/node/host/host.ts';
import { hostRouter } from '../../src/node/host/router.ts';
import { TERMINAL } from '../../src/node/host/procedures.ts';
import { createEnvironmentTransaction } from '../../src/node/benchmark/synthetic-chain.ts';
import { percentile } from '../../src/node/monitoring/finality-meter.ts';
import { benchmarkHost } from './benchmark-host.ts';
import type { Figure } from './figures.ts';

const BATCH = 500;
const LANES = 6;

/** What the page asks, through the contract, while the validator commits as fast as it can. */
export async function measurePageUnderLoad(directory: string, transactions: number): Promise<Figure[]> {
  const { host, signer } = await benchmarkHost(join(directory, 'page'));
  try {
    console.error(`  signing ${transactions} transactions`);
    const load = Array.from({ length: transactions }, (_, index) =>
      createEnvironmentTransaction(signer, `load-${index}`, index),
    );
    return await measure(host, load);
  } finally {
    await host.close();
  }
}

async function measure(host: Host, load: readonly Uint8Array[]): Promise<Figure[]> {
  const client = createRouterClient(hostRouter, { context: { host, ...TERMINAL } });
  const actions: readonly (() => Promise<unknown>)[] = [
    () => client.chain.status(),
    () => client.chain.blocks({ limit: 20 }),
    () => client.chain.audit({ filter: {}, limit: 100 }),
    () => client.chain.environments({ zone: 'blue', archived: false, limit: 50 }),
    () => client.chain.environment({ env_id: 'load-0' }),
    () => client.chain.stateProof({ namespace: 'environments', key: 'load-0' }),
    () => client.chain.metrics({ minutes: 60 }),
  ];
  let next = 0;
  const begin = performance.now();
  const lane = async (): Promise<void> => {
    while (next < load.length) await host.node.submitBatch(load.slice(next, (next += BATCH)));
  };
  const loading = Promise.all(Array.from({ length: LANES }, lane));
  const isLoading = trackPending(loading);
  const times: number[] = [];
  for (let index = 0; isLoading(); index++) {
    if (host.node.height === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    const started = performance.now();
    await actions[index % actions.length]?.();
    times.push(performance.now() - started);
  }
  await loading;
  const seconds = (performance.now() - begin) / 1000;
  times.sort((left, right) => left - right);
  return [
    { name: 'load while measuring', value: load.length / seconds, unit: 'tx/s' },
    { name: 'page actions measured', value: times.length, unit: '' },
    { name: 'a page action, p50', value: percentile(times, 0.5) ?? Number.NaN, unit: 'ms' },
    {
      name: 'a page action, p95',
      value: percentile(times, 0.95) ?? Number.NaN,
      unit: 'ms',
      bound: { at: 'most', value: 100 },
    },
    { name: 'a page action, p99', value: percentile(times, 0.99) ?? Number.NaN, unit: 'ms' },
  ];
}

function trackPending(promise: Promise<unknown>): () => boolean {
  let isPending = true;
  void promise.finally(() => (isPending = false));
  return () => isPending;
}
