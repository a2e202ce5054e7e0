import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { RecentTransactions } from '../../../src/ledger/transactions/recent-transactions.ts';
import { create, GENESIS_TIME, WINDOW_MS, World } from './world.ts';

const idOf = (number: number): Uint8Array => new Uint8Array(createHash('sha256').update(String(number)).digest());

describe('RecentTransactions', () => {
  test('agrees with a map', () => {
    const step = fc.tuple(fc.nat(500), fc.nat(300_000));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1_000 }), (steps) => {
        const recent = new RecentTransactions();
        const model = new Map<string, number>();
        for (const [logIndex, [number, time]] of steps.entries()) {
          const key = `${number} in minute ${Math.floor(time / 60_000)}`;
          expect(recent.find(idOf(number), time)).toBe(model.get(key));
          recent.add(idOf(number), time, logIndex);
          model.set(key, logIndex);
        }
        expect(recent.count).toBe(model.size);
      }),
      { numRuns: 30 },
    );
  });

  test('grows past its first table', () => {
    const recent = new RecentTransactions();
    for (let number = 0; number < 5_000; number++) recent.add(idOf(number), 7, number);
    for (let number = 0; number < 5_000; number++) expect(recent.find(idOf(number), 7)).toBe(number);
    expect(recent.find(idOf(5_000), 7)).toBeUndefined();
  });

  test('tells ids apart that differ in one of their first 16 bytes, though they share a place of the table', () => {
    const base = new Uint8Array(32).fill(9);
    for (let place = 0; place < 16; place++) {
      const recent = new RecentTransactions();
      recent.add(base, 7, 1);
      const other = base.with(place, 8);
      expect(recent.find(other, 7)).toBeUndefined();
      recent.add(other, 7, 2);
      expect([recent.find(base, 7), recent.find(other, 7)]).toEqual([1, 2]);
    }
    // The same last word and place, and nothing else in common.
    const recent = new RecentTransactions();
    recent.add(base, 7, 1);
    const lookAlike = base.map((byte, index) => (index === 0 || index >= 12 ? byte : 1));
    expect(recent.find(lookAlike, 7)).toBeUndefined();
  });

  test('knows an id of zeros and a time before 1970', () => {
    const recent = new RecentTransactions();
    expect(recent.find(new Uint8Array(32), -1)).toBeUndefined();
    recent.add(new Uint8Array(32), -1, 0);
    expect(recent.find(new Uint8Array(32), -1)).toBe(0);
  });

  test('never forgets what a block could still accept', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.integer({ min: 1, max: 3_000_000 }),
        fc.integer({ min: 0, max: 3_000_000 }),
        (time, window, age) => {
          const recent = new RecentTransactions();
          recent.add(idOf(1), time - Math.min(age, window), 5);
          recent.expire(time, window);
          expect(recent.find(idOf(1), time - Math.min(age, window))).toBe(5);
          recent.expire(time + window + 60_000, window);
          expect(recent.find(idOf(1), time - window - 1)).toBeUndefined();
        },
      ),
    );
  });

  test('refuses a duplicate at the last moment of the window, from either edge', () => {
    const early = create('alpha', {}, { timestamp: GENESIS_TIME + WINDOW_MS });
    const world = World.founded();
    world.append(GENESIS_TIME, [early]);
    for (const age of [0, WINDOW_MS, 2 * WINDOW_MS]) {
      expect(world.try(early, GENESIS_TIME + age)).toMatchObject({ name: 'DUPLICATE' });
    }
    expect(world.try(early, GENESIS_TIME + 2 * WINDOW_MS + 1)).toMatchObject({ name: 'TIMESTAMP_STALE' });
  });
});
