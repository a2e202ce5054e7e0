import { expect, test } from 'vitest';

import type { EnvironmentSummary } from '../../../src/api/chain/environments.ts';
import type { Hash } from '../../../src/base/bytes.ts';
import type { ContentQueries } from '../../../src/node/query/content-queries.ts';
import { LostContent } from '../../../src/node/query/lost-content.ts';

const GONE = `0x${'11'.repeat(32)}` as Hash;
const HERE = `0x${'22'.repeat(32)}` as Hash;
const summary = (env_id: string, blue: Hash, green: Hash | null, archived = false): EnvironmentSummary =>
  ({ env_id, blue_state_hash: blue, green_state_hash: green, archived }) as EnvironmentSummary;
const ALL = [
  summary('both', GONE, GONE),
  summary('green', HERE, GONE),
  summary('none', HERE, null),
  summary('old', GONE, null, true),
];

/** A list that is read in so many bits. */
function listIn(bits: number) {
  let read = 0;
  return {
    readAhead: () => {
      read += 1;
      return read < bits;
    },
    entries: () => new Map(ALL.map((one) => [one.env_id, one])),
  };
}
const content = { lost: (hashes: readonly Hash[]) => hashes.filter((hash) => hash === GONE) } as ContentQueries;

test('what is lost is known once all environments are, and waits for no long list at once', () => {
  const lost = new LostContent(content, listIn(3), () => undefined);
  expect(lost.environments()).toBeNull();
  expect(lost.environments()).toBeNull();
  expect(lost.environments()).toEqual(['both', 'green']);
  expect(lost.environments()).toEqual(['both', 'green']);
});

test('a short list is known at once', () => {
  expect(new LostContent(content, listIn(1), () => undefined).environments()).toEqual(['both', 'green']);
});

test('a store that cannot be opened is told of, and hides nothing else', () => {
  const told: unknown[] = [];
  const damage = new Error('the index of the store is damaged');
  const broken = {
    lost: () => {
      throw damage;
    },
  } as unknown as ContentQueries;
  expect(new LostContent(broken, listIn(1), (error) => told.push(error)).environments()).toEqual([]);
  expect(told).toEqual([damage]);
});
