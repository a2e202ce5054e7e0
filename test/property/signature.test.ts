import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

import * as noble from '@noble/secp256k1';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeHex, encodeHex } from '../../src/base/bytes.ts';
import {
  isWellFormedSignature,
  publicKeyOf,
  signDigest,
  verifyWithNoble,
  type VerifySignature,
} from '../../src/ledger/crypto/signature.ts';
import { coded } from '../coded.ts';
import { checkProperty } from './check-property.ts';

interface Native {
  ecdsaVerify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean;
  ecdsaSign(digest: Uint8Array, secret: Uint8Array): { readonly signature: Uint8Array };
  publicKeyCreate(secret: Uint8Array, compressed: boolean): Uint8Array;
}
// The bindings alone: plain `secp256k1` falls back to JavaScript without a word.
const native = createRequire(import.meta.url)('secp256k1/bindings') as Native;

/** The native verifier behind the same door as every other: shape first, and a throw means no. */
const verifyWithNative: VerifySignature = (signature, digest, publicKey) => {
  if (!isWellFormedSignature(signature, digest, publicKey)) return false;
  try {
    return native.ecdsaVerify(signature, digest, publicKey);
  } catch {
    return false;
  }
};

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const PRIME = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn;
const HALF = ORDER / 2n;
const toBytes = (value: bigint): Uint8Array => decodeHex(`0x${value.toString(16).padStart(64, '0')}`);
const toInteger = (bytes: Uint8Array): bigint => BigInt(encodeHex(bytes));

const digestArbitrary = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ minLength: 32, maxLength: 32 }) },
  fc.constantFrom(
    toBytes(0n),
    toBytes(1n),
    toBytes(ORDER - 1n),
    toBytes(ORDER),
    toBytes(ORDER + 1n),
    toBytes(2n ** 256n - 1n),
  ),
);
const secretArbitrary = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: 1n, max: ORDER - 1n }).map(toBytes) },
  fc.constantFrom(toBytes(1n), toBytes(2n), toBytes(HALF), toBytes(HALF + 1n), toBytes(ORDER - 1n)),
);

type Triple = readonly [signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array];

/** Ways to spoil a triple; each gives another one, which may by chance be good again. */
const edge = fc.constantFrom(
  0n,
  1n,
  2n,
  HALF - 1n,
  HALF,
  HALF + 1n,
  ORDER - 1n,
  ORDER,
  ORDER + 1n,
  PRIME,
  2n ** 256n - 1n,
);
const withR = (signature: Uint8Array, r: bigint): Uint8Array =>
  new Uint8Array([...toBytes(r), ...signature.subarray(32)]);
const withS = (signature: Uint8Array, s: bigint): Uint8Array =>
  new Uint8Array([...signature.subarray(0, 32), ...toBytes(s)]);
const flip = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, index) => (index === (bit >> 3) % bytes.length ? byte ^ (1 << (bit & 7)) : byte));
const resize = (bytes: Uint8Array, change: number): Uint8Array =>
  change < 0
    ? bytes.subarray(0, Math.max(0, bytes.length + change))
    : new Uint8Array([...bytes, ...new Uint8Array(change)]);
const uncompressed = (publicKey: Uint8Array): Uint8Array => noble.Point.fromBytes(publicKey).toBytes(false);

const spoilArbitrary: fc.Arbitrary<(triple: Triple) => Triple> = fc.oneof(
  fc.constant((triple: Triple) => triple),
  fc.constant(([signature, digest, key]: Triple): Triple => [
    withS(signature, ORDER - toInteger(signature.subarray(32))),
    digest,
    key,
  ]),
  fc.nat(511).map((bit) => ([signature, digest, key]: Triple): Triple => [flip(signature, bit), digest, key]),
  fc.nat(255).map((bit) => ([signature, digest, key]: Triple): Triple => [signature, flip(digest, bit), key]),
  fc.nat(263).map((bit) => ([signature, digest, key]: Triple): Triple => [signature, digest, flip(key, bit)]),
  edge.map((r) => ([signature, digest, key]: Triple): Triple => [withR(signature, r), digest, key]),
  edge.map((s) => ([signature, digest, key]: Triple): Triple => [withS(signature, s), digest, key]),
  fc.tuple(edge, edge).map(([r, s]) => ([signature, digest, key]: Triple): Triple => [
    withS(withR(signature, r), s),
    digest,
    key,
  ]),
  fc.integer({ min: -3, max: 3 }).map((change) => ([signature, digest, key]: Triple): Triple => [
    resize(signature, change),
    digest,
    key,
  ]),
  fc.integer({ min: -3, max: 3 }).map((change) => ([signature, digest, key]: Triple): Triple => [
    signature,
    resize(digest, change),
    key,
  ]),
  fc.integer({ min: -33, max: 33 }).map((change) => ([signature, digest, key]: Triple): Triple => [
    signature,
    digest,
    resize(key, change),
  ]),
  fc.nat(255).map((prefix) => ([signature, digest, key]: Triple): Triple => [
    signature,
    digest,
    new Uint8Array([prefix, ...key.subarray(1)]),
  ]),
  // Uncompressed, and hybrid with the right and the wrong parity.
  fc.constantFrom(4, 6, 7).map((prefix) => ([signature, digest, key]: Triple): Triple => [
    signature,
    digest,
    new Uint8Array([prefix, ...uncompressed(key).subarray(1)]),
  ]),
  // Half of all x are on no point of the curve; x from the prime up are not field elements.
  fc
    .tuple(
      fc.constantFrom(2, 3),
      fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), fc.constantFrom(0n, 5n, PRIME - 1n, PRIME, PRIME + 1n)),
    )
    .map(([prefix, x]) => ([signature, digest]: Triple): Triple => [
      signature,
      digest,
      new Uint8Array([prefix, ...toBytes(x)]),
    ]),
);

describe('the native verifier and noble', () => {
  test('agree about valid signatures and spoiled ones', () => {
    let accepted = 0;
    let refused = 0;
    checkProperty(
      'native against noble',
      fc.property(secretArbitrary, digestArbitrary, spoilArbitrary, (secret, digest, spoil) => {
        const triple: Triple = [decodeHex(signDigest(digest, secret)), digest, decodeHex(publicKeyOf(secret))];
        expect(verifyWithNoble(...triple)).toBe(true);
        expect(verifyWithNative(...triple)).toBe(true);
        const spoiled = spoil(triple);
        const verdict = verifyWithNoble(...spoiled);
        expect(verifyWithNative(...spoiled)).toBe(verdict);
        if (spoiled.every((bytes, index) => Buffer.compare(bytes, triple[index] ?? bytes) === 0))
          expect(verdict).toBe(true);
        if (verdict) accepted++;
        else refused++;
      }),
      { small: 300, soak: 20_000 },
    );
    expect(accepted).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  test('sign with the same bytes (RFC 6979) and derive the same keys', () => {
    checkProperty(
      'native signing against noble',
      fc.property(secretArbitrary, digestArbitrary, (secret, digest) => {
        fc.pre(toInteger(digest) < ORDER);
        expect(encodeHex(native.ecdsaSign(digest, secret).signature)).toBe(signDigest(digest, secret));
        expect(encodeHex(native.publicKeyCreate(secret, true))).toBe(publicKeyOf(secret));
      }),
      { small: 200, soak: 10_000 },
    );
  });

  test('sign otherwise only over a digest that is not below the order, which SHA-256 gives once in 2^128', () => {
    // RFC 6979 §2.3.4 reduces the digest before it seeds the nonce; libsecp256k1 takes it as it is. Both are valid.
    const secret = toBytes(7n);
    const digest = toBytes(ORDER);
    const signatures = [native.ecdsaSign(digest, secret).signature, decodeHex(signDigest(digest, secret))];
    expect(new Set(signatures.map(encodeHex)).size).toBe(2);
    for (const signature of signatures) {
      expect(verifyWithNoble(signature, digest, decodeHex(publicKeyOf(secret)))).toBe(true);
      expect(verifyWithNative(signature, digest, decodeHex(publicKeyOf(secret)))).toBe(true);
    }
  });

  test('would disagree without the door: libsecp256k1 takes a hybrid key that noble does not', () => {
    const secret = toBytes(7n);
    const digest = toBytes(9n);
    const signature = decodeHex(signDigest(digest, secret));
    const full = uncompressed(decodeHex(publicKeyOf(secret)));
    const hybrid = new Uint8Array([6 + ((full[64] ?? 0) & 1), ...full.subarray(1)]);
    expect(native.ecdsaVerify(signature, digest, hybrid)).toBe(true);
    expect(verifyWithNative(signature, digest, hybrid)).toBe(false);
    expect(verifyWithNoble(signature, digest, hybrid)).toBe(false);
  });
});

describe('published vectors', () => {
  // RFC 6979's nonces over secp256k1, as the Bitcoin implementations test them.
  test.each([
    [
      1n,
      'Satoshi Nakamoto',
      '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
    ],
    [
      ORDER - 1n,
      'Satoshi Nakamoto',
      'fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d06b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5',
    ],
  ])('secret %d over %j', (secret, text, signature) => {
    const digest = new Uint8Array(createHash('sha256').update(text).digest());
    expect(signDigest(digest, toBytes(secret))).toBe(`0x${signature}`);
    expect(encodeHex(native.ecdsaSign(digest, toBytes(secret)).signature)).toBe(`0x${signature}`);
  });

  test.each<[string, Uint8Array]>([
    ['zero', toBytes(0n)],
    ['the order', toBytes(ORDER)],
    ['31 bytes', new Uint8Array(31).fill(1)],
    ['33 bytes', new Uint8Array(33).fill(1)],
    ['nothing', new Uint8Array(0)],
  ])('a secret of %s is refused, and not shown', (_, secret) => {
    expect(() => signDigest(toBytes(1n), secret)).toThrow(coded('KEY_INVALID'));
    expect(() => publicKeyOf(secret)).toThrow(coded('KEY_INVALID'));
  });
});

describe('isWellFormedSignature', () => {
  const digest = toBytes(9n);
  const key = decodeHex(publicKeyOf(toBytes(7n)));
  const pair = (r: bigint, s: bigint): Uint8Array => new Uint8Array([...toBytes(r), ...toBytes(s)]);
  test.each<[string, Uint8Array, boolean]>([
    ['r = 1, s = 1', pair(1n, 1n), true],
    ['r = n − 1, s = (n − 1)/2', pair(ORDER - 1n, HALF), true],
    ['s one above half the order', pair(1n, HALF + 1n), false],
    ['r = 0', pair(0n, 1n), false],
    ['s = 0', pair(1n, 0n), false],
    ['r = n', pair(ORDER, 1n), false],
    ['63 bytes', pair(1n, 1n).subarray(1), false],
  ])('%s', (_, signature, expected) => {
    expect(isWellFormedSignature(signature, digest, key)).toBe(expected);
  });
});
