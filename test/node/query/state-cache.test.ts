import { describe, expect, test } from 'vitest';

import { STATE_CACHE_TTL_MS } from '../../../src/base/limits.ts';
import { StateCache } from '../../../src/node/query/state-cache.ts';

describe('the state cache', () => {
  function counted(options: { readonly ttlMs?: number; readonly countMax?: number } = {}): {
    read: (envId: string) => number;
    pass: (ms: number) => void;
    cache: StateCache<number>;
  } {
    let now = 1_000;
    let reads = 0;
    const cache = new StateCache<number>({ now: () => now, ...options });
    return { cache, read: (envId) => cache.getState(envId, () => ++reads), pass: (ms) => (now += ms) };
  }

  test('keeps a state for 300 seconds, and not a millisecond longer', () => {
    const { read, pass } = counted();
    expect(STATE_CACHE_TTL_MS).toBe(300_000);
    expect(read('a')).toBe(1);
    pass(STATE_CACHE_TTL_MS - 1);
    expect(read('a')).toBe(1);
    pass(1);
    expect(read('a')).toBe(2);
  });

  test('is not kept alive by being read', () => {
    const { read, pass } = counted({ ttlMs: 10 });
    read('a');
    for (let step = 0; step < 9; step++) {
      pass(1);
      expect(read('a')).toBe(1);
    }
    pass(1);
    expect(read('a')).toBe(2);
  });

  test('forgets what a block changed, and only that', () => {
    const { read, cache } = counted();
    read('a');
    read('b');
    cache.invalidate('a');
    expect(read('a')).toBe(3);
    expect(read('b')).toBe(2);
    cache.clear();
    expect(read('b')).toBe(4);
  });

  test('remembers that something is not there', () => {
    const cache = new StateCache<undefined>({ now: () => 0 });
    let reads = 0;
    for (let turn = 0; turn < 3; turn++) {
      cache.getState('nobody', () => {
        reads++;
        return undefined;
      });
    }
    expect(reads).toBe(1);
  });

  test('is bounded: the oldest goes first', () => {
    const { read } = counted({ countMax: 2 });
    read('a');
    read('b');
    read('c');
    expect(read('b')).toBe(2);
    expect(read('c')).toBe(3);
    expect(read('a')).toBe(4);
  });
});
