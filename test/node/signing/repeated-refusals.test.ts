import { expect, test } from 'vitest';

import { KEY_SUSPENSION_MS, REFUSED_OPENINGS_MAX, REFUSED_OPENINGS_WINDOW_MS } from '../../../src/base/limits.ts';
import type { SecurityPolicy } from '../../../src/node/data-directory/node-config.ts';
import type { RepeatedRefusals } from '../../../src/node/monitoring/facts.ts';
import { coded } from '../../coded.ts';
import { openDesk, PASSPHRASE, type DeskBench } from './desk-fixture.ts';

async function guess({ desk, request, fileKey }: DeskBench, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const { review_id } = await request(fileKey);
    await expect(desk.confirm(review_id, { passphrase: 'not this one' })).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    desk.withdraw(review_id);
  }
}

async function bench(policy: SecurityPolicy): Promise<DeskBench & { readonly events: RepeatedRefusals[] }> {
  const events: RepeatedRefusals[] = [];
  const opened = await openDesk({ security: { policy: () => policy, onEvent: (event) => events.push(event) } });
  return { ...opened, events };
}

test('a key that is guessed at is suspended for a while, and what is unlocked of it ends', async () => {
  const opened = await bench('suspend');
  const { desk, fileKey, keychainKey, request, node, submitted, events } = opened;
  await guess(opened, REFUSED_OPENINGS_MAX - 1);
  await desk.unlockSession(PASSPHRASE, fileKey);
  expect(events).toEqual([]);
  // A right one ends the row.
  node.now += 60_000;
  const firstAt = node.now;
  await guess({ ...opened, request: async (key) => (desk.lockSession(), request(key)) }, REFUSED_OPENINGS_MAX - 1);
  expect(events).toEqual([]);
  node.now += 1_000;
  await guess(opened, 1);
  expect(events).toEqual([
    {
      key_id: fileKey.key_id,
      name: 'in the file',
      count: REFUSED_OPENINGS_MAX,
      since: firstAt,
      at: node.now,
      is_suspended: true,
    },
  ]);
  expect(desk.repeatedRefusals).toEqual(events);
  expect(desk.unlocked).toBeNull();
  const { review_id } = await request(fileKey);
  await expect(desk.confirm(review_id, { passphrase: PASSPHRASE })).rejects.toThrow(coded('SIGNING_LOCKED'));
  await expect(desk.unlockSession(PASSPHRASE, fileKey)).rejects.toThrow(coded('SIGNING_LOCKED'));
  expect(submitted).toEqual([]);
  // Another key of this machine is nobody's concern.
  expect(await desk.confirm((await request(keychainKey)).review_id)).toMatchObject({ outcome: 'committed' });
  // A clock that somebody sets does not end it; time does.
  node.now += KEY_SUSPENSION_MS;
  const early = await request(fileKey);
  await expect(desk.confirm(early.review_id, { passphrase: PASSPHRASE })).rejects.toThrow(coded('SIGNING_LOCKED'));
  node.uptime += KEY_SUSPENSION_MS;
  const later = await request(fileKey);
  expect(await desk.confirm(later.review_id, { passphrase: PASSPHRASE })).toMatchObject({ outcome: 'committed' });
});

test('mistakes that are far apart are no row', async () => {
  const opened = await bench('suspend');
  for (let time = 0; time < 2 * REFUSED_OPENINGS_MAX; time++) {
    await guess(opened, 1);
    opened.node.uptime += REFUSED_OPENINGS_WINDOW_MS + 1;
  }
  expect(opened.events).toEqual([]);
});

test('where the policy is off, it is told, and the key stays in use', async () => {
  const opened = await bench('off');
  const { desk, fileKey, request, events } = opened;
  await guess(opened, REFUSED_OPENINGS_MAX);
  expect(events).toMatchObject([{ is_suspended: false }]);
  const { review_id } = await request(fileKey);
  expect(await desk.confirm(review_id, { passphrase: PASSPHRASE })).toMatchObject({ outcome: 'committed' });
});
