import { expect, onTestFinished, test } from 'vitest';

import type { Metrics } from '../../../src/api/chain/node.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { createBytes } from '../../crash/test-chain.ts';
import { foundedDirectory, openedNode, receiptOf } from '../storage/opened-node.ts';

const total = ({ points }: Metrics, of: 'blocks' | 'transactions'): number =>
  points.reduce((sum, point) => sum + (point[of] ?? 0), 0);

async function genesisTime(node: QuantumNode): Promise<number> {
  return (await node.query.block({ at: { index: 0 }, offset: 0, limit: 1 })).timestamp;
}

test(
  'throughput is what the blocks hold, and nothing is said of what nobody measured',
  { timeout: 120_000 },
  async () => {
    const data = foundedDirectory();
    const node = await openedNode(data);
    const began = await genesisTime(node);
    for (const name of ['a', 'b', 'c']) receiptOf(await node.submit(createBytes(name)));
    const { log_size: size, height } = await node.query.head();

    for (const minutes of [15, 60, 360, 1_440]) {
      const metrics = await node.metrics(minutes);
      expect([total(metrics, 'blocks'), total(metrics, 'transactions')]).toEqual([height + 1, size]);
      const early = metrics.points.filter(({ time }) => time + metrics.interval_ms <= began);
      expect(early.length).toBeGreaterThan(0);
      for (const point of early) expect(point).toMatchObject({ blocks: null, transactions: null });
      const unmeasured = metrics.measured.filter(({ time }) => time + metrics.interval_ms <= began);
      expect(unmeasured.length).toBeGreaterThan(0);
      for (const point of unmeasured) expect(point).toMatchObject({ rejected: null, finality_p50_us: null });
      expect(metrics.points.at(-1)?.transactions).not.toBeNull();
    }
    expect((await node.status()).transactions_per_second).toBeCloseTo(size / 60, 5);
    await node.close();

    // A minute later, by its own clock, another process, which measured none of that, tells the same blocks.
    const restarted = await QuantumNode.open({ dataDirectory: data, key: null, now: () => Date.now() + 60_000 });
    onTestFinished(() => restarted.close());
    const metrics = await restarted.metrics(15);
    expect(total(metrics, 'transactions')).toBe(size);
    const started = (await restarted.status()).started_at;
    expect(metrics.measured, 'no validator runs here').toEqual([]);
    for (const { time, transactions } of metrics.points) {
      if (time + metrics.interval_ms <= started) {
        expect(transactions === null || transactions > 0, 'an empty interval that nobody saw is a gap').toBe(true);
      } else expect(transactions).not.toBeNull();
    }
  },
);

test.each([3_600_000, 400 * 86_400_000, 57 * 366 * 86_400_000])(
  'throughput of a chain that is %i ms ahead ends at its own time, and no rate is made up',
  { timeout: 120_000 },
  async (aheadMs) => {
    const data = foundedDirectory();
    const node = await openedNode(data);
    for (const name of ['a', 'b', 'c']) receiptOf(await node.submit(createBytes(name)));
    const { log_size: size, head_time: headTime } = await node.query.head();
    await node.close();

    const late = await QuantumNode.open({ dataDirectory: data, key: null, now: () => Date.now() - aheadMs });
    onTestFinished(() => late.close());
    const metrics = await late.metrics(15);
    expect(metrics.at).toBe(headTime);
    const last = metrics.points.at(-1);
    expect(last).toMatchObject({ blocks: null, transactions: null });
    expect(metrics.points.filter(({ transactions }) => transactions === 0)).toEqual([]);
    // What an earlier interval holds is shown; the newest one goes on for as long as the chain is ahead.
    const begun = await genesisTime(late);
    if (begun < (last?.time ?? 0)) expect(total(metrics, 'transactions')).toBeGreaterThan(0);
    expect(total(metrics, 'transactions')).toBeLessThan(size);
    expect(await late.status()).toMatchObject({ clock: 'behind', transactions_per_second: null });
  },
);
