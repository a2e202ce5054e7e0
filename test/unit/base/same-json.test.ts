import fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeCanonicalText, type Json } from '../../../src/base/canonical.ts';
import { isSameJson } from '../../../src/base/same-json.ts';
import { checkProperty } from '../../property/check-property.ts';

const leaf = fc.constantFrom<Json>(null, 0, 1, '', 'a', true, false);
const value = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'toString'), tie('json'), { maxKeys: 3 }),
  ),
})).json;

test('two values are the same exactly where their canonical JSON is', () => {
  let same = 0;
  checkProperty(
    'the same JSON',
    fc.property(value, value, (left, right) => {
      const isSame = encodeCanonicalText(left) === encodeCanonicalText(right);
      if (isSame) same++;
      expect(isSameJson(left, right)).toBe(isSame);
      const copy = JSON.parse(encodeCanonicalText(left)) as Json;
      expect(isSameJson(left, copy)).toBe(true);
    }),
    { small: 2_000, soak: 20_000 },
  );
  expect(same).toBeGreaterThan(10);
});

test('nothing is the same as nothing alone', () => {
  expect([isSameJson(undefined, undefined), isSameJson(undefined, null), isSameJson({}, undefined)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(isSameJson([], {})).toBe(false);
});
