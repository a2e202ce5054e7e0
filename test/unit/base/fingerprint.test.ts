import { createHash } from 'node:crypto';

import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeHex } from '../../../src/base/bytes.ts';
import { fingerprintWords } from '../../../src/base/fingerprint.ts';

describe('fingerprintWords', () => {
  test('is stable: two people with two versions must hear the same words', () => {
    const digest = encodeHex(new Uint8Array(32).fill(7));
    expect(fingerprintWords(digest).join(' ')).toBe('syrup rocket column service tide regular');
  });

  test('is the first 66 bits of the tagged digest, 11 bits a word', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 33 }), (bytes) => {
        const digest = createHash('sha256').update('quantum-lock/fingerprint/v1').update(bytes).digest();
        const bits = Array.from(digest, (byte) => byte.toString(2).padStart(8, '0')).join('');
        const expected = [0, 1, 2, 3, 4, 5].map(
          (index) => wordlist[Number.parseInt(bits.slice(index * 11, index * 11 + 11), 2)],
        );
        expect(fingerprintWords(encodeHex(bytes))).toEqual(expected);
      }),
    );
  });

  test('differs where one bit differs', () => {
    const bytes = new Uint8Array(32);
    const before = fingerprintWords(encodeHex(bytes));
    bytes[31] = 1;
    expect(fingerprintWords(encodeHex(bytes))).not.toEqual(before);
  });

  test('refuses what is not hex', () => {
    expect(() => fingerprintWords('0xZZ')).toThrow('hex');
  });
});
