import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Hash } from '../../src/base/bytes.ts';
import type { Receipt } from '../../src/ledger/transactions/receipt.ts';
import { BlobStore } from '../../src/node/blobs/blob-store.ts';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import { SeededRandom } from './seeded-random.ts';
import { createBytes, promoteBytes, sealingKey, signedBytes, updateBytes, signForChainIn } from './test-chain.ts';

/** A node under load, made to be killed: says each acknowledgement on stdout as it gets it. Arguments: data directory, files directory, run. */

export type Said =
  | { readonly stage: 'opening' | 'ready' | 'storing' }
  | { readonly receipt: Receipt }
  /** A directory that the blob store has acknowledged. */
  | { readonly stored: Hash }
  | { readonly problem: string };

const LANES = 24;

/** Writes to a pipe are synchronous here: what was said is the parent's to read, whatever happens next. */
function say(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

const [dataDirectory = '', filesDirectory = '', run = ''] = process.argv.slice(2);

async function submit(node: QuantumNode, bytes: Uint8Array): Promise<void> {
  const result = await node.submit(bytes);
  if (result.outcome === 'rejected') throw new Error(`refused: ${result.rejection.name}: ${result.rejection.message}`);
  say({ receipt: result.receipt });
}

async function registerForever(node: QuantumNode, lane: number): Promise<void> {
  for (let turn = 0; ; turn++) {
    const envId = `run-${run}-${lane}-${turn}`;
    await submit(node, createBytes(envId));
    await submit(node, updateBytes(envId, `${envId} better`));
    await submit(node, promoteBytes(envId, `${envId} better`, { version: 2 }));
    const operations = ['a', 'b', 'c'].map((name) => ({
      action: 'create_environment',
      payload: { env_id: `${envId}-${name}`, state_hash: `0x${'00'.repeat(32)}`, metadata: { name } },
    }));
    await submit(node, signedBytes('batch', { operations }));
  }
}

/** Mostly many small files, now and then more than the store hashes in its own thread. */
async function storeForever(node: QuantumNode, blobs: BlobStore): Promise<void> {
  const random = new SeededRandom(Number(run) + 1);
  mkdirSync(filesDirectory, { recursive: true });
  for (let turn = 0; ; turn++) {
    for (let file = 0; file < 20; file++) {
      writeFileSync(join(filesDirectory, `${file}.bin`), random.bytes(random.between(1, 20_000)));
    }
    const isLarge = turn === 0 && Number(run) % 8 === 0;
    writeFileSync(join(filesDirectory, 'weights.bin'), random.bytes(isLarge ? 9 * 1024 * 1024 : 70_000));
    say({ stage: 'storing' });
    const { state_hash } = await blobs.storeDirectory(filesDirectory);
    say({ stored: state_hash });
    await submit(node, createBytes(`run-${run}-files-${turn}`, { stateHash: state_hash }));
  }
}

async function main(): Promise<void> {
  say({ stage: 'opening' });
  signForChainIn(dataDirectory);
  const node = await QuantumNode.open({ dataDirectory, key: sealingKey(), now: Date.now });
  const blobs = new BlobStore({ directory: dataPaths(dataDirectory).blobs });
  say({ stage: 'ready' });
  await Promise.all([
    storeForever(node, blobs),
    ...Array.from({ length: LANES }, (_, lane) => registerForever(node, lane)),
  ]);
}

main().catch((error: unknown) => {
  say({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
});
