import { expect, onTestFinished, test } from 'vitest';

import { defined } from '../../../src/base/assert.ts';
import { ChangeSignal } from '../../../src/node/change-signal.ts';
import { StatusWatch } from '../../../src/node/host/status-watch.ts';
import type { DesktopStatus } from '../../../src/node/host/surface.ts';
import { sandboxHost } from './sandbox-host.ts';

test('what the desktop shows follows the chain and who acts at this machine', async () => {
  const sandbox = await sandboxHost();
  const { host } = sandbox;
  const changes = new ChangeSignal();
  let memberId: string | null = 'operations-2';
  const told: DesktopStatus[] = [];
  const watch = new StatusWatch({
    node: host.node,
    memberId: () => Promise.resolve(memberId),
    changes,
    onStatus: (status) => told.push(status),
  });
  const running = watch.run();
  onTestFinished(async () => {
    watch.stop();
    await running;
  });
  const waiting = (): readonly string[] | undefined => told.at(-1)?.waiting.map(({ title }) => title);
  await expect.poll(waiting).toEqual([]);

  await sandbox.as('Operations 1');
  await sandbox.propose('set_parameter', { name: 'transaction_window_ms', value: 60_000 });
  await expect.poll(waiting).toEqual(['Set the transaction window to 1 minute']);
  // Who proposed it has approved it.
  memberId = 'operations-1';
  changes.notify();
  await expect.poll(waiting).toEqual([]);
  memberId = null;
  changes.notify();
  await expect.poll(() => told.length).toBeGreaterThan(2);
  expect(waiting()).toEqual([]);

  await sandbox.send('freeze', { reason: 'a trial' });
  await expect.poll(() => told.at(-1)?.state).toBe('frozen');
  expect(defined(told.at(-1), 'a status').alertCount).toBe((await host.node.status()).alerts.length);
});

test('nothing is told once it is stopped', async () => {
  const { host } = await sandboxHost();
  let statusCount = 0;
  const watch = new StatusWatch({
    node: host.node,
    memberId: () => Promise.resolve(null),
    changes: new ChangeSignal(),
    onStatus: () => (statusCount += 1),
  });
  const running = watch.run();
  watch.stop();
  await running;
  expect(statusCount).toBe(0);
});
