import { expect, test } from 'vitest';

import { sandboxHost } from './sandbox-host.ts';

const HOUR_MS = 3_600_000;

test.each([HOUR_MS, 30 * 24 * HOUR_MS, 285 * 366 * 24 * HOUR_MS])(
  'a chain that is %i ms ahead is told as such, judges by its own time, and is set back by its administrators',
  async (aheadMs) => {
    const sandbox = await sandboxHost(undefined, { aheadMs });
    const { client } = sandbox;
    const founded = await client.chain.status();
    expect(founded).toMatchObject({ clock: 'behind', transactions_per_second: null, block_time: founded.head_time });

    // A proposal is open for a week of the chain's time, however far that is from this machine's.
    const open = () => client.chain.proposals({ state: 'open', limit: 10 });
    const ended = () => client.chain.proposals({ state: 'ended', limit: 10 });
    expect(await sandbox.propose('set_parameter', { name: 'transaction_window_ms', value: 300_000 })).toMatchObject({
      outcome: 'committed',
    });
    const [other] = (await open()).proposals;
    expect(other?.expires_at).toBe(founded.head_time + 7 * 24 * HOUR_MS);

    const time = Date.now();
    const reason = 'the clock of the first machine was ahead';
    expect(await sandbox.propose('reset_clock', { time, reason })).toMatchObject({ outcome: 'committed' });
    const reset = (await open()).proposals.find(({ action }) => action === 'reset_clock');
    await sandbox.as('Operations 2');
    const approval = await sandbox.send('approve', { proposal_id: reset?.proposal_id ?? '' });
    expect(approval).toMatchObject({ outcome: 'committed' });

    // What was open ended with its era, in every list and count.
    expect((await open()).proposals).toEqual([]);
    expect((await ended()).proposals.map(({ action, status }) => `${action} ${status}`).sort()).toEqual([
      'reset_clock executed',
      'set_parameter expired',
    ]);
    await expect.poll(() => client.chain.status()).toMatchObject({ clock: 'right', alerts: [] });
    const after = await client.chain.status();
    expect(after).toMatchObject({ open_proposals: 0, stale_proposals: 0 });
    expect(after.block_time).toBeLessThan(time + HOUR_MS / 2);
  },
);
