import { sha256 } from '#sha256';
import { wordlist } from '@scure/bip39/wordlists/english.js';

import { assert, defined } from './assert.ts';
import { concatBytes, decodeHex, encodeUtf8, type Hex } from './bytes.ts';

const FINGERPRINT_TAG = encodeUtf8('quantum-lock/fingerprint/v1');
/**
 * For a public key: 66 bits. Anyone who wants to pass off another key has to find one for the words of a key that is
 * there: a second preimage, 2^66 keys.
 */
const KEY_WORD_COUNT = 6;
/**
 * For a digest: 132 bits. Anyone who proposes something chooses what it is over, and may look for two contents of the
 * same words, a harmless one and another: with six words that takes 2^33 tries, an hour; with twelve 2^66.
 */
const DIGEST_WORD_COUNT = 12;
/** Of a genesis next to its chain's name: 66 bits, for which nobody finds a second one. */
const GENESIS_WORD_COUNT = 6;
const PUBLIC_KEY_SIZE_BYTES = 33;
/** BIP 39: 2,048 words, so each word carries 11 bits. */
const WORD_BITS = 11;

/**
 * English words that stand for a digest or a public key, for two people to compare by voice: twelve for a digest, six for
 * a key, so that nobody has to choose. They are not a proof, and nothing is ever looked up by them.
 */
export function fingerprintWords(value: Hex): string[] {
  assert(wordlist.length === 2 ** WORD_BITS, 'the word list has 2,048 words');
  const named = decodeHex(value);
  const wordCount = named.length === PUBLIC_KEY_SIZE_BYTES ? KEY_WORD_COUNT : DIGEST_WORD_COUNT;
  const digest = sha256(concatBytes(FINGERPRINT_TAG, named));
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
    if (words.length === wordCount) break;
  }
  return words;
}

/** The words that distinguish a chain from another of the same name: the first of its genesis's. */
export function genesisWords(genesis: Hex): string {
  return fingerprintWords(genesis).slice(0, GENESIS_WORD_COUNT).join(' ');
}
