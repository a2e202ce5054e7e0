import { describe, expect, test } from 'vitest';

import type { ChainEvent } from '../../../src/api/chain/node.ts';
import { EVENT_BACKLOG_MAX, EVENT_SUBSCRIBERS_MAX } from '../../../src/base/limits.ts';
import { EventHub } from '../../../src/node/monitoring/event-hub.ts';
import { take } from './take.ts';

const indexed = (height: number): ChainEvent => ({ type: 'indexed', height });

describe('the event hub', () => {
  test('begins with a resync, then gives every event in order to each subscriber', async () => {
    const hub = new EventHub(() => 7);
    const [left, right] = [hub.subscribe(undefined), hub.subscribe(undefined)];
    expect(await take(left, 1)).toEqual([{ type: 'resync', height: 7 }]);
    expect(await take(right, 1)).toEqual([{ type: 'resync', height: 7 }]);
    for (let height = 8; height < 11; height++) hub.publish(indexed(height));
    expect(await take(left, 3)).toEqual([indexed(8), indexed(9), indexed(10)]);
    expect(await take(right, 3)).toEqual([indexed(8), indexed(9), indexed(10)]);
  });

  test('wakes a subscriber that waits', async () => {
    const hub = new EventHub(() => 0);
    const events = hub.subscribe(undefined);
    await take(events, 1);
    const next = events.next();
    hub.publish(indexed(1));
    expect((await next).value).toEqual(indexed(1));
  });

  test('tells one that lags too far to read everything again, and holds no more for it', async () => {
    let height = 0;
    const hub = new EventHub(() => height);
    const events = hub.subscribe(undefined);
    await take(events, 1);
    for (height = 1; height <= EVENT_BACKLOG_MAX + 5; height++) hub.publish(indexed(height));
    const [first, ...rest] = await take(events, 5);
    expect(first).toEqual({ type: 'resync', height: EVENT_BACKLOG_MAX + 1 });
    expect(rest).toEqual([2, 3, 4, 5].map((more) => indexed(EVENT_BACKLOG_MAX + more)));
  });

  test('ends for a subscriber that leaves, and for all when it closes', async () => {
    const hub = new EventHub(() => 0);
    const leaving = new AbortController();
    const left = hub.subscribe(leaving.signal);
    const right = hub.subscribe(undefined);
    await take(left, 1);
    await take(right, 1);
    const [leftEnd, rightEnd] = [left.next(), right.next()];
    leaving.abort();
    expect((await leftEnd).done).toBe(true);
    hub.close();
    expect((await rightEnd).done).toBe(true);
  });

  test('has a bound on its subscribers, and room again when one leaves', async () => {
    const hub = new EventHub(() => 0);
    const all = Array.from({ length: EVENT_SUBSCRIBERS_MAX }, () => hub.subscribe(undefined));
    for (const events of all) await take(events, 1);
    await expect(hub.subscribe(undefined).next()).rejects.toMatchObject({ code: 'NODE_BUSY' });
    await all[0]?.return();
    expect(await take(hub.subscribe(undefined), 1)).toHaveLength(1);
  });
});
