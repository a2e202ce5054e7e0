import { expect, test } from 'vitest';

import type { Hash } from '../../../src/base/bytes.ts';
import { ExecutedProposals, type Executed } from '../../../src/node/query/executed-proposals.ts';
import { SeededRandom } from '../../crash/seeded-random.ts';
import { hashOf } from '../../vectors/chain-builder.ts';

/** Proposals by the place that completed them, of two eras, and several of one block; every third did nothing. */
function proposalsOf(random: SeededRandom): { readonly all: Executed[]; readonly placeOf: Map<Hash, number> } {
  const placeOf = new Map<Hash, number>();
  const all: Executed[] = [];
  let time = 1_000;
  for (let place = 0; place < 200; place++) {
    if (random.below(3) > 0) time += 10;
    const era = place < 80 ? 0 : 1;
    if (place === 80) time = 500;
    const closed_by = hashOf(`transaction ${place}`);
    placeOf.set(closed_by, place);
    const status = place % 3 === 0 ? 'rejected' : 'executed';
    all.push({ status, closed_at: time, closed_by, era, action: 'rollback' });
  }
  all.push({ status: 'open', closed_at: null, closed_by: null, era: 1, action: 'rollback' });
  return { all: all.sort(() => random.below(3) - 1), placeOf };
}

test('the places of proposals that did something are all those of a range, newest first', () => {
  const random = SeededRandom.announced('executed proposals');
  const { all, placeOf } = proposalsOf(random);
  const executed = new ExecutedProposals();
  for (let round = 0; round < 100; round++) {
    const begin = random.below(200);
    const end = begin + random.below(60);
    const expected = [...placeOf.values()]
      .filter((place) => place % 3 !== 0 && place >= begin && place < end)
      .reverse();
    expect(
      executed.places(all, { begin, end }, (id) => placeOf.get(id)),
      `${begin} to ${end}`,
    ).toEqual(expected);
  }
});

test('what is older than the range is not looked up, and what was looked up is not again', () => {
  const { all, placeOf } = proposalsOf(SeededRandom.announced('executed proposals'));
  const asked: Hash[] = [];
  const executed = new ExecutedProposals();
  const look = (id: Hash): number | undefined => {
    asked.push(id);
    return placeOf.get(id);
  };
  executed.places(all, { begin: 190, end: 200 }, look);
  expect(asked.length).toBeLessThan(20);
  const before = asked.length;
  executed.places(all, { begin: 190, end: 200 }, look);
  expect(asked).toHaveLength(before);
  // What the index does not know yet is asked for again.
  expect(new ExecutedProposals().places(all, { begin: 0, end: 200 }, () => undefined)).toEqual([]);
});
