import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SyntheticChain } from '../../src/node/benchmark/synthetic-chain.ts';
import type { Figure } from './figures.ts';

/** Opens the chain in a process of its own and reports the time until it takes transactions, and its memory. */
export function measureStartUp(chain: SyntheticChain): Figure[] {
  const key = chain.sealingKey();
  const input = JSON.stringify({
    chainDirectory: chain.chainDirectory,
    validatorId: key.validatorId,
    publicKey: key.publicKey,
    secret: Buffer.from(key.secret).toString('hex'),
  });
  const output = execFileSync(process.execPath, [fileURLToPath(new URL('./start-up-process.ts', import.meta.url))], {
    input,
    encoding: 'utf8',
  });
  const { start_ms, rss_mib, log_size } = JSON.parse(output) as { start_ms: number; rss_mib: number; log_size: number };
  return [
    { name: 'transactions in the chain', value: log_size, unit: '' },
    {
      name: 'start-up until it takes transactions',
      value: start_ms / 1000,
      unit: 's',
      bound: { at: 'most', value: 3 },
    },
    { name: 'resident memory', value: rss_mib, unit: 'MiB', bound: { at: 'most', value: 600 } },
  ];
}
