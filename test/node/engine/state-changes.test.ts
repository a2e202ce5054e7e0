import { describe, expect, test } from 'vitest';
import { changesBetween } from '../../../src/ledger/effects/state-changes.ts';

const place = { namespace: 'environments', key: 'a' } as const;

describe('the changes of a value', () => {
  test('are told leaf by leaf, a new one too', () => {
    expect(changesBetween(place, undefined, { b: { c: 1, d: [] }, e: null })).toEqual([
      { ...place, path: 'b.c', after: 1 },
      { ...place, path: 'b.d', after: [] },
      { ...place, path: 'e', after: null },
    ]);
    expect(changesBetween(place, { b: 1, c: 2 }, { b: 1, c: 3 })).toEqual([
      { ...place, path: 'c', before: 2, after: 3 },
    ]);
    expect(changesBetween(place, { b: 1 }, { b: 1 })).toEqual([]);
  });

  test('have a path each: a dot in a key is not a step', () => {
    const paths = changesBetween(place, undefined, { 'b.c': 1, b: { c: 2 } }).map(({ path }) => path);
    expect(paths).toEqual(['b.c', '"b.c"']);
  });
});
