import { expect, test } from 'vitest';

import { partitionPoint } from '../../../src/base/partition-point.ts';

test('of places that fit up to one, the number of those is found, and few are asked', () => {
  for (let length = 0; length <= 70; length++) {
    for (let fitting = 0; fitting <= length; fitting++) {
      const asked: number[] = [];
      const found = partitionPoint(length, (place) => {
        asked.push(place);
        return place < fitting;
      });
      expect(found).toBe(fitting);
      for (const place of asked) expect(place).toBeLessThan(length);
      expect(asked.length).toBeLessThanOrEqual(Math.ceil(Math.log2(length + 1)));
    }
  }
});
