import { expect, test } from 'vitest';

import type { ShownThing } from '../../../src/api/operator/opened.ts';
import { OPENED_WAITING_MAX } from '../../../src/base/limits.ts';
import { OpenedThings } from '../../../src/node/host/opened-things.ts';

const block = (index: number): ShownThing => ({ kind: 'block', index });

test('what is opened is told once, in its order, and waits for somebody to listen', async () => {
  const opened = new OpenedThings();
  opened.add(block(1));
  opened.add(block(2));
  const first = opened.taken(undefined);
  expect((await first.next()).value).toEqual(block(1));
  expect((await first.next()).value).toEqual(block(2));
  const next = first.next();
  opened.add(block(3));
  expect((await next).value).toEqual(block(3));
  await first.return();

  const stop = new AbortController();
  const second = opened.taken(stop.signal).next();
  stop.abort();
  expect(await second).toEqual({ done: true, value: undefined });
});

test('of too much that waits the oldest is dropped', async () => {
  const opened = new OpenedThings();
  for (let index = 0; index <= OPENED_WAITING_MAX; index++) opened.add(block(index));
  expect((await opened.taken(undefined).next()).value).toEqual(block(1));
});
