import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeHex, type PublicKey } from '../../src/base/bytes.ts';
import type { ExportKind } from '../../src/ledger/documents/export-manifest.ts';
import type { SyntheticChain } from '../../src/node/benchmark/synthetic-chain.ts';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import { administratorSigner, createBytes, foundTestChain, promoteBytes, sealingKey } from '../crash/test-chain.ts';
import type { ExportProcessInput } from './export-process.ts';
import type { Figure } from './figures.ts';

const BATCH = 1_000;

interface Signer {
  readonly publicKey: PublicKey;
  readonly secret: Uint8Array;
}

/** The report of a chain of `promotions` environments that were registered and promoted: 2 × as many transactions. */
export async function measureReports(directory: string, promotions: number): Promise<Figure[]> {
  const dataDirectory = join(directory, 'report');
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
  return (['html', 'pdf'] as const).flatMap((kind): Figure[] => {
    const { seconds, rss_mib } = exportOf(dataDirectory, kind, administratorSigner());
    return [
      {
        name: `a report of ${promotions.toLocaleString('en')} promotions as ${kind}`,
        value: seconds,
        unit: 's',
        bound: { at: 'most', value: 30 },
      },
      { name: `memory at most, ${kind}`, value: rss_mib, unit: 'MiB', bound: { at: 'most', value: 300 } },
    ];
  });
}

/** Every transaction of a chain as a row, in each form. The time is that of the whole command, with its start. */
export function measureRows(chain: SyntheticChain): Figure[] {
  return (['jsonl', 'csv', 'cef'] as const).flatMap((kind): Figure[] => {
    const { seconds, rss_mib, rows } = exportOf(dirname(chain.chainDirectory), kind, chain.administrator());
    const bound = kind === 'jsonl' ? { bound: { at: 'least', value: 50_000 } as const } : {};
    return [
      { name: `${rows.toLocaleString('en')} rows as ${kind}`, value: rows / seconds, unit: 'rows/s', ...bound },
      { name: `memory at most, ${kind}`, value: rss_mib, unit: 'MiB' },
    ];
  });
}

function exportOf(
  dataDirectory: string,
  kind: ExportKind,
  { publicKey, secret }: Signer,
): { readonly seconds: number; readonly rss_mib: number; readonly rows: number } {
  const input: ExportProcessInput = {
    dataDirectory,
    kind,
    output: join(dataDirectory, `export.${kind}`),
    publicKey,
    secret: encodeHex(secret),
  };
  const script = fileURLToPath(new URL('./export-process.ts', import.meta.url));
  const printed = execFileSync(process.execPath, [script], { input: JSON.stringify(input), encoding: 'utf8' });
  return JSON.parse(printed) as ReturnType<typeof exportOf>;
}
