import { sha256 } from '#sha256';
import { wordlist } from '@scure/bip39/wordlists/english.js';

import { assert, defined } from './assert.ts';
import type { Hex } from './bytes.ts';
import { concatBytes, decodeHex, encodeUtf8 } from './bytes.ts';

const FINGERPRINT_TAG = encodeUtf8('quantum-lock/fingerprint/v1');
const FINGERPRINT_WORD_COUNT = 6;
/** BIP 39: 2,048 words, so each word carries 11 bits. */
const WORD_BITS = 11;

/**
 * Six English words (66 bits) that stand for a digest or a public key, for two people to compare by voice. They tell
 * two honest values apart and make a look-alike costly to search for; they are not a proof, so nothing is ever looked
 * up by them.
 */
export function fingerprintWords(value: Hex): string[] {
  assert(wordlist.length === 2 ** WORD_BITS, 'the word list has 2,048 words');
  const digest = sha256(concatBytes(FINGERPRINT_TAG, decodeHex(value)));
  const words: string[] = [];
  let bits = 0;
  let bitCount = 0;
  for (const byte of digest) {
    bits = (bits << 8) | byte;
    bitCount += 8;
    if (bitCount < WORD_BITS) continue;
    bitCount -= WORD_BITS;
    words.push(defined(wordlist[bits >>> bitCount], 'a word'));
    bits &= (1 << bitCount) - 1;
    if (words.length === FINGERPRINT_WORD_COUNT) break;
  }
  return words;
}
