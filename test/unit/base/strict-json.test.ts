import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStrictJson } from '../../../src/base/strict-json.ts';
import { coded } from '../../coded.ts';

describe('parseStrictJson', () => {
  test.each([
    '1e-400',
    '1.0000000000000001',
    '0.99999999999999999999',
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '123456789012345678901234567890',
    '4.9e-325',
    '{"a":[1,{"b":1.00000000000000000001}]}',
    '[0,"1e-400",1e-400]',
  ])('refuses %s, which JSON would round', (text) => {
    expect(() => parseStrictJson(text)).toThrow(coded('VALUE_NOT_ALLOWED'));
  });

  test.each([
    '{"a":1,"a":1}',
    String.raw`{"a":1,"\u0061":2}`,
    '{"x":{"b":1,"c":[],"b":2}}',
    '[{"k":1},{"k":1,"l":{"k":2},"k":3}]',
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
  ])('refuses %s, in which a key stands twice', (text) => {
    expect(() => parseStrictJson(text)).toThrow(coded('INPUT_INVALID'));
  });

  test.each(['', '{', "{'a':1}", '01', '1,', '{"a":1,}', 'NaN', '\ufeff\ufeff1', '"\n"'])(
    'refuses %j, which is not JSON',
    (text) => {
      expect(() => parseStrictJson(text)).toThrow(coded('INPUT_INVALID'));
    },
  );

  test.each([
    ['1.0', 1],
    ['1e2', 100],
    ['100E-2', 1],
    ['0.1', 0.1],
    ['0e9', 0],
    ['0.000', 0],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['5e-324', 5e-324],
    ['\ufeff{"a" : [1, 2]}', { a: [1, 2] }],
    [String.raw`{"a":"{\"a\":1,\"a\":1e-400}","b":"\\"}`, { a: '{"a":1,"a":1e-400}', b: '\\' }],
    ['{"a":{"a":{"a":1}},"b":["a","a"]}', { a: { a: { a: 1 } }, b: ['a', 'a'] }],
  ])('reads %s', (text, value) => {
    expect(parseStrictJson(text)).toEqual(value);
  });

  test('reads whatever JSON writes, to the same value', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(parseStrictJson(JSON.stringify(number))).toBe(Object.is(number, -0) ? 0 : number);
      }),
    );
  });

  test('reads a hundred thousand levels without falling over', () => {
    const depth = 100_000;
    expect(() => parseStrictJson('['.repeat(depth) + '1e-400' + ']'.repeat(depth))).toThrow(coded('VALUE_NOT_ALLOWED'));
  });
});
