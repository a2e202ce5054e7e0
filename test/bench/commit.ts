import { runBenchmark } from '../../src/node/benchmark/benchmark.ts';
import type { Figure } from './figures.ts';

/** Idle commit and throughput, as `dm blockchain benchmark` measures them. */
export async function measureCommit(directory: string, transactions: number): Promise<Figure[]> {
  const report = await runBenchmark({ directory, transactions, onProgress: (step) => console.error(`  ${step}`) });
  return [
    { name: 'idle commit p50', value: report.idle.p50_ms, unit: 'ms', bound: { at: 'most', value: 3 } },
    { name: 'idle commit p95', value: report.idle.p95_ms, unit: 'ms' },
    { name: 'idle commit p99', value: report.idle.p99_ms, unit: 'ms' },
    { name: 'committed', value: report.throughput.committed_per_second, unit: 'tx/s' },
    { name: 'native ECDSA verify, one core', value: report.throughput.native_verify_per_second, unit: '/s' },
    {
      name: 'committed ÷ native verify',
      value: report.throughput.ratio,
      unit: '×',
      bound: { at: 'least', value: 0.5 },
    },
    ...Object.entries(report.stages_us).map(([stage, us]): Figure => ({
      name: `stage ${stage}`,
      value: us,
      unit: 'µs/tx',
    })),
  ];
}
