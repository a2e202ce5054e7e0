import { join } from 'node:path';

import { expect, onTestFinished } from 'vitest';

import type { Receipt, SubmitResult } from '../../../src/ledger/transactions/receipt.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { foundTestChain, sealingKey, type TestChainOptions } from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

/** A data directory with a new chain. */
export function foundedDirectory(options: TestChainOptions = {}): string {
  const directory = join(temporaryDirectory(), 'data');
  foundTestChain(directory, options);
  return directory;
}

/** A real node on a directory; closed when the test ends, if it is not before. */
export async function openedNode(dataDirectory: string, mode: 'write' | 'read' = 'write'): Promise<QuantumNode> {
  const node = await QuantumNode.open({
    dataDirectory,
    key: mode === 'write' ? sealingKey() : null,
    now: Date.now,
  });
  onTestFinished(() => node.close());
  return node;
}

export function receiptOf(result: SubmitResult | undefined): Receipt {
  expect(result?.outcome, JSON.stringify(result)).toBe('committed');
  if (result?.outcome !== 'committed') throw new Error('it was not committed');
  return result.receipt;
}

export function rejectionOf(result: SubmitResult | undefined): string {
  return result?.outcome === 'rejected' ? result.rejection.name : 'committed';
}

/** Until the index knows every block: each question takes it further, so this asks as often as it must. */
export async function untilIndexed({ query, height }: QuantumNode): Promise<void> {
  for (let indexed = -1; indexed < height;) ({ indexed_height: indexed } = await query.audit({ filter: {}, limit: 1 }));
}
