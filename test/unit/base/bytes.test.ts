import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  compareBytes,
  concatBytes,
  decodeHex,
  decodeUtf8,
  encodeHash,
  encodeHex,
  equalBytes,
  isHash,
  isPublicKey,
  isSignature,
} from '../../../src/base/bytes.ts';

const refusedWith = (code: string): unknown => expect.objectContaining({ name: 'QuantumLockError', code });

describe('hex', () => {
  test('round-trips every byte string, as Buffer writes it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encodeHex(bytes);
        expect(text).toBe(`0x${Buffer.from(bytes).toString('hex')}`);
        expect(decodeHex(text)).toEqual(bytes);
      }),
    );
  });

  test.each(['', '0', '00', '0X00', '0x0', '0x0g', '0xAB', '0x00 ', ' 0x00', '0x00\n', '0x-1', '0x 1', '0x１１'])(
    'refuses %j',
    (text) => {
      expect(() => decodeHex(text)).toThrow(refusedWith('HEX_INVALID'));
    },
  );

  test('accepts no bytes at all', () => {
    expect(decodeHex('0x')).toHaveLength(0);
  });

  test('a hash has 32 bytes', () => {
    expect(encodeHash(new Uint8Array(32))).toBe(`0x${'00'.repeat(32)}`);
    for (const size of [0, 31, 33]) {
      expect(() => encodeHash(new Uint8Array(size))).toThrow(refusedWith('HEX_INVALID'));
    }
  });
});

describe('the shapes of hex', () => {
  const cases: readonly [string, (value: unknown) => boolean, string][] = [
    ['isHash', isHash, `0x${'0a'.repeat(32)}`],
    ['isPublicKey', isPublicKey, `0x02${'0a'.repeat(32)}`],
    ['isPublicKey, odd', isPublicKey, `0x03${'0a'.repeat(32)}`],
    ['isSignature', isSignature, `0x${'0a'.repeat(64)}`],
  ];
  test.each(cases)('%s', (_, accepts, good) => {
    expect(accepts(good)).toBe(true);
    const bad = [
      good.slice(0, -1),
      good.slice(0, -2),
      `${good}0`,
      `${good}00`,
      `${good}\n`,
      good.slice(2),
      good.replace('a', 'A'),
      good.replace('0a', '0g'),
      good.toUpperCase(),
      [good],
      null,
      undefined,
      1,
    ];
    for (const value of bad) expect(accepts(value)).toBe(false);
  });

  test.each(['00', '01', '04', '05', '06', '07', 'ff'])('a public key does not start with %s', (prefix) => {
    expect(isPublicKey(`0x${prefix}${'11'.repeat(32)}`)).toBe(false);
  });
});

describe('byte strings', () => {
  test('compare, join and equal as Buffer does', () => {
    const arbitrary = fc.uint8Array({ maxLength: 6, max: 3 });
    fc.assert(
      fc.property(arbitrary, arbitrary, (left, right) => {
        expect(Math.sign(compareBytes(left, right))).toBe(Buffer.compare(left, right));
        expect(equalBytes(left, right)).toBe(Buffer.compare(left, right) === 0);
        expect(concatBytes(left, right)).toEqual(new Uint8Array(Buffer.concat([left, right])));
      }),
    );
  });

  test('keep a byte order mark, so that it can be refused', () => {
    expect(decodeUtf8(new Uint8Array([0xef, 0xbb, 0xbf]))).toBe('\ufeff');
  });

  test('that are not UTF-8 are refused', () => {
    expect(() => decodeUtf8(new Uint8Array([0xc0, 0xaf]))).toThrow(refusedWith('CANONICAL_JSON'));
  });
});
