import { createHash } from 'node:crypto';

import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeHex } from '../../../src/base/bytes.ts';
import { fingerprintWords } from '../../../src/base/fingerprint.ts';

describe('fingerprintWords', () => {
  test('is stable: two people with two versions must hear the same words', () => {
    const digest = encodeHex(new Uint8Array(32).fill(7));
    expect(fingerprintWords(digest).join(' ')).toMatch(/^syrup rocket column service tide regular( [a-z]+){6}$/);
  });

  test('is the first bits of the tagged digest, 11 a word: twelve words for a digest, six for a key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 33 }), (bytes) => {
        const digest = createHash('sha256').update('quantum-lock/fingerprint/v1').update(bytes).digest();
        const bits = Array.from(digest, (byte) => byte.toString(2).padStart(8, '0')).join('');
        const expected = Array.from(
          { length: bytes.length === 33 ? 6 : 12 },
          (_, index) => wordlist[Number.parseInt(bits.slice(index * 11, index * 11 + 11), 2)],
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

  test('tells two proposals apart whose first words their proposer made agree', () => {
    // Found in seconds by trying expiries; each further word makes it 45 times as long.
    const wanted = 2;
    const seen = new Map<string, number>();
    const idOf = (what: string, expiry: number) =>
      encodeHex(new Uint8Array(createHash('sha256').update(`${what} ${expiry}`).digest()));
    let pair: readonly [number, number] | null = null;
    for (let expiry = 0; pair === null; expiry += 1) {
      seen.set(fingerprintWords(idOf('harmless', expiry)).slice(0, wanted).join(' '), expiry);
      const other = seen.get(fingerprintWords(idOf('another', expiry)).slice(0, wanted).join(' '));
      if (other !== undefined) pair = [other, expiry];
    }
    const [harmless, another] = [
      fingerprintWords(idOf('harmless', pair[0])),
      fingerprintWords(idOf('another', pair[1])),
    ];
    expect(harmless.slice(0, wanted)).toEqual(another.slice(0, wanted));
    expect(harmless).not.toEqual(another);
    expect(harmless).toHaveLength(12);
  });

  test('refuses what is not hex', () => {
    expect(() => fingerprintWords('0xZZ')).toThrow('hex');
  });
});
