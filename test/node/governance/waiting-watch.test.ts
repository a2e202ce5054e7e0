import { expect, test } from 'vitest';

import { WaitingWatch } from '../../../src/node/host/waiting-watch.ts';
import { sandboxHost } from './sandbox-host.ts';

test('a proposal is told once to whom it begins to wait for, and not to who made it', async () => {
  const sandbox = await sandboxHost();
  const { host } = sandbox;
  const told: string[] = [];
  let tell: () => void = () => undefined;
  let looked: () => void = () => undefined;
  const isWatching = new Promise<void>((resolve) => (looked = resolve));
  const { events, query } = host.node;
  const watch = new WaitingWatch({
    node: {
      events,
      query: {
        proposals: async (asked: Parameters<typeof query.proposals>[0]) => {
          const page = await query.proposals(asked);
          looked();
          return page;
        },
      },
    },
    memberId: async () => 'operations-2',
    onWaiting: ({ title }) => {
      told.push(title);
      tell();
    },
  });
  const running = watch.run();
  await isWatching;
  const told1 = new Promise<void>((resolve) => (tell = resolve));
  await sandbox.as('Operations 2');
  await sandbox.propose('set_parameter', { name: 'proposal_lifetime_ms', value: 3_600_000 });
  await sandbox.as('Operations 1');
  await sandbox.propose('set_parameter', { name: 'transaction_window_ms', value: 60_000 });
  await told1;
  const { proposals } = await sandbox.client.chain.proposals({ state: 'open', limit: 10 });
  const own = proposals.find(({ title }) => title.includes('transaction window'));
  const told2 = new Promise<void>((resolve) => (tell = resolve));
  await sandbox.send('reject', { proposal_id: own?.proposal_id ?? '', reason: 'another time' });
  await sandbox.propose('remove_member', { member_id: 'security-lead' });
  await told2;
  expect(told).toEqual(['Set the transaction window to 1 minute', 'Remove member security-lead']);
  watch.stop();
  await running;
});
