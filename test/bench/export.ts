import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExportKind } from '../../src/ledger/documents/export-manifest.ts';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import { createBytes, foundTestChain, promoteBytes, sealingKey } from '../crash/test-chain.ts';
import type { Figure } from './figures.ts';

const BATCH = 1_000;

/** Exports of a chain of `promotions` environments that were registered and promoted: 2 × as many transactions. */
export async function measureExport(directory: string, promotions: number): Promise<Figure[]> {
  const dataDirectory = join(directory, 'export-data');
  foundTestChain(dataDirectory, { chainId: 'bench' });
  const node = await QuantumNode.open({ dataDirectory, key: sealingKey(), now: Date.now });
  try {
    for (let begin = 0; begin < promotions; begin += BATCH) {
      const names = Array.from({ length: Math.min(BATCH, promotions - begin) }, (_, index) => `env-${begin + index}`);
      await node.submitBatch(names.map((name) => createBytes(name, { chainId: 'bench' })));
      await node.submitBatch(names.map((name) => promoteBytes(name, name, { chainId: 'bench' })));
    }
  } finally {
    await node.close();
  }
  const run = (kind: ExportKind): { readonly seconds: number; readonly rss_mib: number; readonly rows: number } =>
    JSON.parse(
      execFileSync(
        process.execPath,
        [
          fileURLToPath(new URL('./export-process.ts', import.meta.url)),
          dataDirectory,
          kind,
          join(directory, `export.${kind}`),
        ],
        { encoding: 'utf8' },
      ),
    ) as ReturnType<typeof run>;
  const rows = (['jsonl', 'csv', 'cef'] as const).flatMap((kind): Figure[] => {
    const { seconds, rss_mib, rows: count } = run(kind);
    const bound = kind === 'jsonl' ? { bound: { at: 'least', value: 50_000 } as const } : {};
    return [
      { name: `rows as ${kind}`, value: count / seconds, unit: 'rows/s', ...bound },
      { name: `memory at most, ${kind}`, value: rss_mib, unit: 'MiB' },
    ];
  });
  const reports = (['html', 'pdf'] as const).flatMap((kind): Figure[] => {
    const { seconds, rss_mib } = run(kind);
    return [
      {
        name: `a report of ${promotions} promotions as ${kind}`,
        value: seconds,
        unit: 's',
        bound: { at: 'most', value: 30 },
      },
      { name: `memory at most, ${kind}`, value: rss_mib, unit: 'MiB', bound: { at: 'most', value: 300 } },
    ];
  });
  return [...rows, ...reports];
}
