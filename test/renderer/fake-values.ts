import { decodeHex, type Hash, type PublicKey, type Signature } from '../../src/base/bytes.ts';
import { publicKeyOf, signDigest } from '../../src/ledger/crypto/signature.ts';
import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { possessionDigest, type KeySubject } from '../../src/ledger/governance/possession.ts';

/** Values for tests of the page's pure parts, the same on every run: everything is mixed from a number. No node stands behind them. */

function mix(seed: number): number {
  let value = (seed ^ 0x9e3779b9) >>> 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function hex(seed: number, digits: number): string {
  let text = '';
  for (let part = 0; text.length < digits; part++)
    text += mix(seed + part * 7_919)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, digits);
}

/** The first eight digits carry the number. */
export function fakeHash(kind: number, number: number): Hash {
  return `0x${kind.toString(16)}${number.toString(16).padStart(7, '0')}${hex(number * 31 + kind, 56)}` as Hash;
}

/** A real key, so that what it signs can be checked. */
export function fakePublicKey(number: number): PublicKey {
  return publicKeyOf(fakeSecret(number));
}

function fakeSecret(number: number): Uint8Array {
  return decodeHex(`0x${hex(number + 77, 64)}`);
}

/** A chain that is on no machine. */
export const FAKE_CHAIN: ChainIdentity = {
  chain_id: 'dark-matter-main',
  genesis: `0x${'6e'.repeat(32)}` as Hash,
  era: 0,
};

/** The proof that the key of this number is held, for a member or validator of the chain. */
export function fakePossession(chain: ChainIdentity, number: number, subject: KeySubject): Signature {
  return signDigest(possessionDigest(chain, { publicKey: fakePublicKey(number), subject }), fakeSecret(number));
}
