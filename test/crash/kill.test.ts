import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { projectNode } from '../../build/checkout.mjs';
import { encodeHash, type Hash } from '../../src/base/bytes.ts';
import type { Receipt } from '../../src/ledger/transactions/receipt.ts';
import { headerHash } from '../../src/ledger/blocks/block.ts';
import { readFrontier } from '../../src/ledger/log/log.ts';
import { BlobReader } from '../../src/node/blobs/blob-reader.ts';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import { verifyThreadCount } from '../../src/node/thread-counts.ts';
import { ChainReader } from '../../src/node/storage/chain-reader.ts';
import { verifyNode } from '../../src/node/verify/verify-node.ts';
import type { Said } from './load-child.ts';
import { isSoak, SeededRandom } from './seeded-random.ts';
import { createBytes, foundTestChain, sealingKey } from './test-chain.ts';

const KILLS = isSoak ? 200 : 6;
/** Each so many kills the whole chain and every blob is verified; each time the tail is. */
const FULL_VERIFY_EVERY = isSoak ? 25 : 3;
const TAIL_BLOCKS = 100;
const OLDER_RECEIPTS = 50;

/** When the process is killed: at a stage or after so many acknowledgements, and so many turns of the event loop later. */
interface Moment {
  readonly at: 'opening' | 'storing' | number;
  readonly turns: number;
}

function randomMoment(random: SeededRandom): Moment {
  const kind = random.below(10);
  if (kind === 0) return { at: 'opening', turns: random.below(300_000) };
  if (kind <= 3) return { at: 'storing', turns: random.below(30_000) };
  return { at: random.between(1, 600), turns: random.below(10_000) };
}

interface Heard {
  readonly receipts: Receipt[];
  readonly stored: Hash[];
}

/** Runs the node until the moment comes, kills it, and returns everything that it had acknowledged. */
async function runAndKill(
  directories: { readonly data: string; readonly files: string },
  run: number,
  moment: Moment,
): Promise<Heard> {
  const script = fileURLToPath(new URL('./load-child.ts', import.meta.url));
  const child = spawn(projectNode, [script, directories.data, directories.files, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const heard: Heard = { receipts: [], stored: [] };
  const problems: string[] = [];
  let isDying = false;
  const kill = async (): Promise<void> => {
    if (isDying) return;
    isDying = true;
    for (let turn = 0; turn < moment.turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
  };
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    // A line that the kill cut off was not an acknowledgement.
    if (!line.endsWith('}')) return;
    const said = JSON.parse(line) as Said;
    if ('problem' in said) problems.push(said.problem);
    else if ('receipt' in said) heard.receipts.push(said.receipt);
    else if ('stored' in said) heard.stored.push(said.stored);
    else if (said.stage === moment.at) void kill();
    if (heard.receipts.length === moment.at) void kill();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(problems).toEqual([]);
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
  return heard;
}

describe(`a node that is killed ${KILLS} times under load`, () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-kill-'));
  const directories = { data: join(root, 'data'), files: join(root, 'files') };
  const random = SeededRandom.announced('kills');
  const acknowledged: Receipt[] = [];
  const stored: Hash[] = [];
  let heightBefore = 0;

  beforeAll(() => foundTestChain(directories.data));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  async function expectReceipts(node: QuantumNode, receipts: readonly Receipt[]): Promise<void> {
    const found = await Promise.all(receipts.map(({ id }) => node.query.receipt(id)));
    expect(found).toEqual(receipts);
  }

  /** What a person would see who starts the node again: it opens, has everything, and goes on. */
  async function expectGoesOn(run: number, heard: Heard): Promise<void> {
    const node = await QuantumNode.open({ dataDirectory: directories.data, key: sealingKey(), now: Date.now });
    try {
      expect(node.height).toBeGreaterThanOrEqual(heightBefore);
      await expectReceipts(node, heard.receipts);
      await expectReceipts(
        node,
        Array.from({ length: Math.min(OLDER_RECEIPTS, acknowledged.length) }, () => random.pick(acknowledged)),
      );
      const [again] = heard.receipts.slice(-1);
      if (again !== undefined) {
        const { transaction } = await node.query.transaction({ id: again.id });
        const sentAgain = await node.submit(Buffer.from(JSON.stringify(transaction)));
        expect(sentAgain).toEqual({ outcome: 'committed', receipt: again });
      }
      expect((await node.submit(createBytes(`after-${run}`))).outcome).toBe('committed');
      heightBefore = node.height;
      await node.query.indexedTo(node.height);
      const { log_size, indexed_height } = await node.query.head();
      expect(indexed_height).toBe(node.height);
      expect(log_size).toBeGreaterThanOrEqual(acknowledged.length + heard.receipts.length);
    } finally {
      await node.close();
    }
  }

  function expectTail(): void {
    const { reader, database } = ChainReader.open(dataPaths(directories.data).chain);
    try {
      const height = reader.height();
      for (let index = Math.max(1, height - TAIL_BLOCKS); index <= height; index++) {
        const block = reader.block(index);
        expect(headerHash(block.header, reader.chain())).toBe(block.hash);
        expect(block.header.previous_hash).toBe(reader.block(index - 1).hash);
        expect(reader.ids(index)).toHaveLength(block.header.log_size - block.firstLogIndex);
      }
      const { header } = reader.head();
      expect(encodeHash(readFrontier(reader.log, header.log_size).root())).toBe(header.log_root);
    } finally {
      database.close();
    }
  }

  /** Reading a file verifies its hash. */
  async function expectStored(states: readonly Hash[]): Promise<void> {
    if (states.length === 0) return;
    const reader = new BlobReader(dataPaths(directories.data).blobs);
    try {
      for (const state of states) {
        const entries = reader.manifest(state);
        expect(entries).toHaveLength(21);
        for (const { content_hash, size_bytes } of entries ?? [])
          expect(await reader.readFile(content_hash)).toHaveLength(size_bytes);
      }
    } finally {
      reader.close();
    }
  }

  test.each(Array.from({ length: KILLS }, (_, run) => run))(
    'loses nothing that it acknowledged, and starts again: kill %i',
    async (run) => {
      const moment = randomMoment(random);
      const heard = await runAndKill(directories, run, moment);
      expectTail();
      await expectGoesOn(run, heard);
      await expectStored(heard.stored);
      acknowledged.push(...heard.receipts);
      stored.push(...heard.stored);
      if ((run + 1) % FULL_VERIFY_EVERY !== 0) return;
      const report = await verifyNode({
        dataDirectory: directories.data,
        verifyThreads: verifyThreadCount(),
        onProgress: () => undefined,
      });
      expect(report.findings).toEqual([]);
    },
  );

  test('has every acknowledged transaction and directory of all runs, and verifies from genesis', async () => {
    expect(acknowledged.length).toBeGreaterThan(0);
    const node = await QuantumNode.open({ dataDirectory: directories.data, key: null, now: Date.now });
    try {
      await expectReceipts(node, acknowledged);
    } finally {
      await node.close();
    }
    await expectStored(stored);
    const report = await verifyNode({
      dataDirectory: directories.data,
      verifyThreads: verifyThreadCount(),
      onProgress: () => undefined,
    });
    expect(report.findings).toEqual([]);
    process.stderr.write(
      `kills: ${KILLS}; acknowledged ${acknowledged.length} transactions and ${stored.length} directories; the chain has ${report.transactions} transactions in ${report.blocks} blocks\n`,
    );
  });
});
