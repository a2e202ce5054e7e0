import { describe, expect, test } from 'vitest';

import { PENDING_TRANSACTIONS_MAX } from '../../../src/base/limits.ts';
import type { ChainStore } from '../../../src/node/storage/chain-store.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { createBytes, signedBytes, testChain, updateBytes } from '../../crash/test-chain.ts';
import { foundedDirectory, openedNode, receiptOf, rejectionOf } from '../storage/opened-node.ts';
import { openedEngine } from './opened-engine.ts';

async function expectVerifies(dataDirectory: string): Promise<void> {
  const report = await verifyNode({ dataDirectory, verifyThreads: 1, onProgress: () => undefined });
  expect(report.findings).toEqual([]);
}

describe('the embedded engine', () => {
  test('commits together what arrived together, in order', async () => {
    const { engine, store, blocks } = openedEngine(foundedDirectory());
    const all = Array.from({ length: 300 }, (_, index) => createBytes(`env-${index}`));
    const results = await Promise.all(all.map(async (bytes) => (await engine.submit([bytes]))[0]));
    expect(blocks.length).toBeLessThan(100);
    expect(results.map((result) => receiptOf(result).log_index)).toEqual(all.map((_, index) => index + 1));
    expect(store.reader.head().header.log_size).toBe(301);
    expect(blocks.reduce((sum, block) => sum + block.transaction_count, 0)).toBe(300);
  });

  test('refuses one transaction of a block without a trace of it, and keeps the others', async () => {
    const { engine, store } = openedEngine(foundedDirectory());
    const results = await engine.submit([
      createBytes('a'),
      createBytes('a', { nonce: 99_999 }),
      updateBytes('nobody', 'x'),
      createBytes('b', { chain: { ...testChain(), chain_id: 'other-chain' } }),
      createBytes('c', { by: 'engineer' }),
      signedBytes('archive_environment', { env_id: 'c' }, { by: 'engineer' }),
    ]);
    expect(results.map(rejectionOf)).toEqual([
      'committed',
      'ENVIRONMENT_EXISTS',
      'ENVIRONMENT_NOT_FOUND',
      'WRONG_CHAIN',
      'committed',
      'PERMISSION_MISSING',
    ]);
    expect(store.reader.head().header.log_size).toBe(3);
  });

  test('makes no block where nothing succeeds', async () => {
    const { engine, store, blocks } = openedEngine(foundedDirectory());
    await engine.submit([updateBytes('nobody', 'x')]);
    expect(blocks).toEqual([]);
    expect(store.reader.height()).toBe(0);
  });

  test('gives the first receipt again: in the same block, at once, later, and after a restart', async () => {
    const data = foundedDirectory();
    const bytes = createBytes('once');
    const first = openedEngine(data);
    const together = await first.engine.submit([bytes, bytes]);
    const receipt = receiptOf(together[0]);
    expect(receiptOf(together[1])).toEqual(receipt);
    const atOnce = await Promise.all([first.engine.submit([bytes]), first.engine.submit([bytes])]);
    for (const [result] of atOnce) expect(receiptOf(result)).toEqual(receipt);
    await first.close();
    const again = openedEngine(data);
    expect(receiptOf((await again.engine.submit([bytes]))[0])).toEqual(receipt);
    expect(again.store.reader.head().header.log_size).toBe(2);
  });

  test('gives it again after the window, when the ids are forgotten; what never was in the chain is stale', async () => {
    const then = Date.now() - 3_600_000;
    const data = foundedDirectory({ timestamp: then });
    const bytes = createBytes('long-ago', { timestamp: then });
    const past = openedEngine(data, { now: () => then + 5 });
    const receipt = receiptOf((await past.engine.submit([bytes]))[0]);
    expect(receipt.block_time).toBe(then + 5);
    await past.close();
    const node = await openedNode(data);
    expect(receiptOf(await node.submit(bytes))).toEqual(receipt);
    expect(rejectionOf(await node.submit(createBytes('never', { timestamp: then })))).toBe('TIMESTAMP_STALE');
    expect(rejectionOf(await node.submit(createBytes('early', { timestamp: Date.now() + 3_600_000 })))).toBe(
      'TIMESTAMP_FUTURE',
    );
  });

  test('remembers after a restart exactly the ids that could still come again', async () => {
    const minute = 60_000;
    let now = Date.now() - 120 * minute;
    const data = foundedDirectory({ timestamp: now, windowMs: 10 * minute });
    const first = openedEngine(data, { now: () => now });
    const sent: Uint8Array[] = [];
    for (let step = 0; step < 12; step++) {
      const bytes = createBytes(`step-${step}`, { timestamp: now });
      receiptOf((await first.engine.submit([bytes]))[0]);
      sent.push(bytes);
      now += 5 * minute;
    }
    now -= 5 * minute;
    await first.close();
    const again = openedEngine(data, { now: () => now });
    // Twice the window back from the head, both ends included.
    expect(again.engine.stats().recent).toBe(5);
    const results = await again.engine.submit(sent);
    expect(results.slice(-3).map(rejectionOf)).toEqual(['committed', 'committed', 'committed']);
    expect(results.slice(0, -3).map(rejectionOf)).toEqual(Array.from({ length: 9 }, () => 'TIMESTAMP_STALE'));
    expect(again.store.reader.head().header.log_size).toBe(13);
  });

  test('never lets time run backwards', async () => {
    let now = Date.now();
    const { engine, store } = openedEngine(foundedDirectory({ timestamp: now }), { now: () => now });
    await engine.submit([createBytes('a')]);
    const { timestamp } = store.reader.head().header;
    now -= 30_000;
    await engine.submit([createBytes('b')]);
    expect(store.reader.head().header.timestamp).toBe(timestamp);
  });

  test('takes no more than it can hold, and goes on', async () => {
    const { engine } = openedEngine(foundedDirectory());
    const bytes = createBytes('one');
    await expect(
      engine.submit(Array.from({ length: PENDING_TRANSACTIONS_MAX + 1 }, () => bytes)),
    ).rejects.toMatchObject({ code: 'NODE_BUSY' });
    expect(engine.stats().pending).toBe(0);
    receiptOf((await engine.submit([bytes]))[0]);
  });

  test('commits what it accepted before it closes, and takes nothing more', async () => {
    const { engine, store } = openedEngine(foundedDirectory());
    const accepted = engine.submit([createBytes('last')]);
    await engine.close();
    receiptOf((await accepted)[0]);
    expect(store.reader.height()).toBe(1);
    await expect(engine.submit([createBytes('late')])).rejects.toMatchObject({ code: 'NODE_STOPPED' });
  });

  test('changes nothing by simulating', async () => {
    const { engine, store } = openedEngine(foundedDirectory());
    const { signature: _, ...unsigned } = JSON.parse(Buffer.from(createBytes('maybe')).toString()) as Record<
      string,
      unknown
    >;
    const result = engine.simulate(Buffer.from(JSON.stringify(unsigned)));
    expect(result.outcome).toBe('applied');
    expect(store.reader.height()).toBe(0);
    expect(rejectionOf((await engine.submit([updateBytes('maybe', 'x')]))[0])).toBe('ENVIRONMENT_NOT_FOUND');
  });
});

type Step = 'begin' | 'write' | 'commit' | 'seal';

/** A store whose disk is full at one step, as long as `isFull` says; the real one behind it. */
function failingStore(store: ChainStore, step: Step, isFull: () => boolean): ChainStore {
  const failing = (name: Step, work: () => void) => (): void => {
    if (name === step && isFull()) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    work();
  };
  return {
    reader: store.reader,
    get finalHeight() {
      return store.finalHeight;
    },
    begin: failing('begin', () => store.begin()),
    write: (block: Parameters<ChainStore['write']>[0]) => {
      store.write(block);
      failing('write', () => undefined)();
    },
    commit: failing('commit', () => store.commit()),
    rollback: () => store.rollback(),
    decided: () => store.decided(),
    headRecord: () => store.headRecord(),
    idsRecord: () => store.idsRecord(),
    keepIdsRecord: (...args: Parameters<ChainStore['keepIdsRecord']>) => store.keepIdsRecord(...args),
    beyond: (logSize: number) => store.beyond(logSize),
    seal: (...args: Parameters<ChainStore['seal']>) => failing('seal', () => store.seal(...args))(),
  } as unknown as ChainStore;
}

describe('a block that cannot be sealed', () => {
  test('is sealed as it was decided when there is room, and its transactions are in the chain', async () => {
    const data = foundedDirectory();
    let isFull = false;
    const opened = openedEngine(data, { wrap: (store) => failingStore(store, 'seal', () => isFull) });
    const { engine, store, blocks } = opened;
    isFull = true;
    const decided = createBytes('decided');
    await expect(engine.submit([decided])).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    await expect(engine.submit([createBytes('later')])).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(store.reader.height()).toBe(0);
    const waiting = store.decided();

    isFull = false;
    expect(receiptOf((await engine.submit([createBytes('later')]))[0])).toMatchObject({ block_index: 2 });
    expect(receiptOf((await engine.submit([decided]))[0])).toMatchObject({ block_index: 1, block_hash: waiting?.hash });
    expect(blocks.map(({ index }) => index)).toEqual([1, 2]);
    await opened.close();
    await expectVerifies(data);
  });

  test('is tried again by itself, and what was told of it ends', async () => {
    const data = foundedDirectory();
    let isFull = true;
    let seal: () => void = () => undefined;
    const isSealed = new Promise<void>((resolve) => (seal = resolve));
    const { engine, store, close } = openedEngine(data, {
      wrap: (opened) => failingStore(opened, 'seal', () => isFull),
      onBlock: () => seal(),
    });
    await expect(engine.submit([createBytes('decided')])).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(engine.stats().failure).toMatchObject({ code: 'STORAGE_FULL' });
    const waiting = store.decided();
    isFull = false;
    await isSealed;
    expect(store.reader.head()).toMatchObject({ hash: waiting?.hash });
    expect(engine.stats().failure).toBeNull();
    await close();
    await expectVerifies(data);
  });

  test('is sealed as it was decided by the node that starts next', async () => {
    const data = foundedDirectory();
    const stopped = openedEngine(data, { wrap: (store) => failingStore(store, 'seal', () => true) });
    await expect(stopped.engine.submit([createBytes('decided')])).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    const waiting = stopped.store.decided();
    await stopped.close();
    // Before it is sealed it is no part of the chain, and no damage.
    await expectVerifies(data);

    const again = openedEngine(data);
    expect(again.store.reader.head()).toMatchObject({ hash: waiting?.hash, header: waiting?.header });
    expect(again.store.decided()).toBeNull();
    receiptOf((await again.engine.submit([createBytes('next')]))[0]);
    await again.close();
    await expectVerifies(data);
  });
});

describe('a block that cannot be written', () => {
  test.each(['begin', 'write', 'commit'] as const)(
    'at %s leaves nothing, and the engine goes on when there is room',
    async (step) => {
      const data = foundedDirectory();
      let isFull = false;
      const opened = openedEngine(data, { wrap: (store) => failingStore(store, step, () => isFull) });
      const { engine, store } = opened;
      receiptOf((await engine.submit([createBytes('before')]))[0]);
      const head = store.reader.head();

      isFull = true;
      const lost = Array.from({ length: 20 }, (_, index) => createBytes(`lost-${index}`));
      const failures = await Promise.allSettled(lost.map((bytes) => engine.submit([bytes])));
      for (const failure of failures)
        expect(failure).toMatchObject({ status: 'rejected', reason: { code: 'STORAGE_FULL' } });
      expect(store.reader.head()).toEqual(head);
      expect(engine.stats()).toMatchObject({ pending: 0, failure: { code: 'STORAGE_FULL' } });
      await expect(engine.submit([createBytes('still-full')])).rejects.toMatchObject({ code: 'STORAGE_FULL' });

      isFull = false;
      // The same transactions again, as the advice says.
      const results = await engine.submit(lost);
      expect(results.map((result) => receiptOf(result).log_index)).toEqual(lost.map((_, index) => index + 2));
      expect(engine.stats().failure).toBeNull();
      await opened.close();
      await expectVerifies(data);
    },
  );
});
