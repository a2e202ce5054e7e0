import { expect, test } from 'vitest';
import { RecentCache } from '../../../src/node/storage/state-rows.ts';

test('keeps at least as many as it is for, and not many more', () => {
  const cache = new RecentCache<string>(2);
  for (let id = 0; id < 100; id++) {
    cache.set(id, `value ${id}`);
    if (id > 0) expect(cache.get(id - 1)).toBe(`value ${id - 1}`);
    expect(cache.get(id)).toBe(`value ${id}`);
    if (id > 4) expect(cache.get(id - 4)).toBeUndefined();
  }
});

test('keeps what is asked for again and again', () => {
  const cache = new RecentCache<string>(8);
  cache.set(0, 'asked for');
  for (let id = 1; id < 100; id++) {
    cache.set(id, 'other');
    expect(cache.get(0)).toBe('asked for');
  }
});

test('forgets everything from an id on, and nothing before it', () => {
  const cache = new RecentCache<string>(100);
  for (let id = 0; id < 80; id++) cache.set(id, `value ${id}`);
  cache.deleteFrom(40);
  expect(cache.get(39)).toBe('value 39');
  expect(cache.get(40)).toBeUndefined();
  expect(cache.get(79)).toBeUndefined();
});
