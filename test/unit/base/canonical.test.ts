import { describe, expect, test } from 'vitest';

import {
  decodeCanonical,
  decodeCanonicalText,
  encodeCanonical,
  encodeCanonicalText,
} from '../../../src/base/canonical.ts';
import { JSON_DEPTH_MAX } from '../../../src/base/limits.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const refusedWith = (code: string): unknown => expect.objectContaining({ name: 'QuantumLockError', code });
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('decodeCanonical', () => {
  test.each([
    'null',
    'true',
    '0',
    '-1',
    '9007199254740991',
    '-9007199254740991',
    '""',
    '[]',
    '{}',
    '{"":0,"a":[1,2],"b":{"c":null}}',
    // RFC 8785 §3.2.2.2: the short escapes, \u00xx in lower case, and everything else as it is.
    String.raw`"\b\t\n\f\r\"\\\u0000\u001f"`,
    '"\u007f\u2028€😀"',
    // RFC 8785 §3.2.3: keys in the order of UTF-16 code units, so U+1F600 before U+FB33.
    '{"\\r":0,"1":1,"\u0080":2,"ö":3,"€":4,"😀":5,"\ufb33":6}',
    '{"__proto__":{"a":1},"constructor":2}',
    nested(JSON_DEPTH_MAX),
  ])('accepts %s and gives the same bytes back', (text) => {
    expect(encodeCanonicalText(decodeCanonical(utf8(text)))).toBe(text);
  });

  test.each<[string, string, string]>([
    ['a float', '1.5', 'VALUE_NOT_ALLOWED'],
    ['minus zero', '-0', 'VALUE_NOT_ALLOWED'],
    ['an integer of 2^53', '9007199254740992', 'VALUE_NOT_ALLOWED'],
    ['an integer of −2^53', '-9007199254740992', 'VALUE_NOT_ALLOWED'],
    ['a number beyond a double', '1e999', 'VALUE_NOT_ALLOWED'],
    ['a lone high surrogate', String.raw`"\ud800"`, 'VALUE_NOT_ALLOWED'],
    ['a lone low surrogate', String.raw`"\udc00\ud800"`, 'VALUE_NOT_ALLOWED'],
    ['a lone surrogate in a key', String.raw`{"\udfff":1}`, 'VALUE_NOT_ALLOWED'],
    ['an exponent', '1e2', 'CANONICAL_JSON'],
    ['a fraction of zero', '1.0', 'CANONICAL_JSON'],
    ['a duplicate key', '{"a":1,"a":1}', 'CANONICAL_JSON'],
    ['a duplicate key __proto__', '{"__proto__":1,"__proto__":1}', 'CANONICAL_JSON'],
    ['unsorted keys', '{"b":1,"a":2}', 'CANONICAL_JSON'],
    ['keys in the order of code points', '{"\ufb33":6,"😀":5}', 'CANONICAL_JSON'],
    ['a space', '{"a": 1}', 'CANONICAL_JSON'],
    ['a line feed at the end', '{}\n', 'CANONICAL_JSON'],
    ['a byte order mark', '\ufeff{}', 'CANONICAL_JSON'],
    ['an escaped letter', String.raw`"\u0061"`, 'CANONICAL_JSON'],
    ['an escaped slash', String.raw`"\/"`, 'CANONICAL_JSON'],
    ['upper-case hex in an escape', String.raw`"\u001F"`, 'CANONICAL_JSON'],
    ['a long escape for a short one', String.raw`"\u000a"`, 'CANONICAL_JSON'],
    ['an escaped pair of surrogates', String.raw`"\ud83d\ude00"`, 'CANONICAL_JSON'],
    ['a raw control character', '"\u0001"', 'CANONICAL_JSON'],
    ['nothing', '', 'CANONICAL_JSON'],
    ['two documents', '1 2', 'CANONICAL_JSON'],
    ['a leading zero', '01', 'CANONICAL_JSON'],
    ['a plus sign', '+1', 'CANONICAL_JSON'],
    ['NaN', 'NaN', 'CANONICAL_JSON'],
    ['a trailing comma', '[1,]', 'CANONICAL_JSON'],
    ['a comment', '/**/1', 'CANONICAL_JSON'],
    ['arrays one level too deep', nested(JSON_DEPTH_MAX + 1), 'LIMIT_EXCEEDED'],
    ['a depth bomb of arrays', nested(1_000_000), 'LIMIT_EXCEEDED'],
    ['a depth bomb of objects', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000), 'LIMIT_EXCEEDED'],
    ['a depth bomb cut short', '['.repeat(1_000_000), 'CANONICAL_JSON'],
  ])('refuses %s', (_, text, code) => {
    expect(() => decodeCanonical(utf8(text))).toThrow(refusedWith(code));
  });

  test.each<[string, readonly number[]]>([
    ['a stray continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a code point above U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ['a cut sequence', [0x22, 0xe2, 0x82]],
    ['a byte order mark of UTF-16', [0xff, 0xfe, 0x31, 0x00]],
  ])('refuses %s as invalid UTF-8', (_, bytes) => {
    expect(() => decodeCanonical(new Uint8Array(bytes))).toThrow(refusedWith('CANONICAL_JSON'));
  });

  test('refuses a byte order mark that is valid UTF-8', () => {
    expect(() => decodeCanonical(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]))).toThrow(
      refusedWith('CANONICAL_JSON'),
    );
  });

  test('refuses text with a raw lone surrogate, which has no UTF-8', () => {
    expect(() => decodeCanonicalText('"\ud800"')).toThrow(refusedWith('VALUE_NOT_ALLOWED'));
  });

  test('keeps a key named __proto__ as data', () => {
    const value = decodeCanonicalText('{"__proto__":{"admin":true}}') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(value['admin']).toBeUndefined();
  });
});

describe('encodeCanonical', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['a member that is undefined', { a: undefined }],
    ['a hole in an array', Array.from({ length: 1 })],
    ['a function', (): void => undefined],
    ['a symbol', Symbol('a')],
    ['a bigint', 1n],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(1)],
    ['an instance of a class', new (class A {})()],
  ])('refuses %s', (_, value) => {
    expect(() => encodeCanonical(value)).toThrow(refusedWith('VALUE_NOT_ALLOWED'));
  });

  test('takes an object without a prototype', () => {
    expect(encodeCanonicalText(Object.assign(Object.create(null), { b: 1, a: 2 }))).toBe('{"a":2,"b":1}');
  });

  test('refuses a value that holds itself', () => {
    const value: unknown[] = [];
    value.push(value);
    expect(() => encodeCanonical(value)).toThrow(refusedWith('LIMIT_EXCEEDED'));
  });

  test('counts nested arrays and objects, not the scalar inside', () => {
    const deep = (depth: number): unknown => (depth === 0 ? 1 : { a: deep(depth - 1) });
    expect(encodeCanonicalText(deep(JSON_DEPTH_MAX))).toContain('1');
    expect(() => encodeCanonical(deep(JSON_DEPTH_MAX + 1))).toThrow(refusedWith('LIMIT_EXCEEDED'));
  });
});
