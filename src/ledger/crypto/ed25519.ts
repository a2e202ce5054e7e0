import * as ed from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '../../base/bytes.ts';

/** A function that answers whether `signature` over `message` is by the Ed25519 key `publicKey` (32 bytes). */
export type VerifyEd25519 = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

/**
 * Ed25519 (RFC 8032 §5.1.7) without a choice left to the library, because libraries differ in what they let pass, and a
 * difference would fork the chain: S below the group's order, a key that is encoded with y below p and is not of small order, and
 * R byte for byte the encoding of [S]B − [k]A. No cofactor is multiplied in: that is what OpenSSL and Go compute, too.
 */
export const verifyEd25519: VerifyEd25519 = (signature, message, publicKey) => {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= ORDER) return false;
  const key = pointOf(publicKey);
  if (key === null) return false;
  const k = littleEndian(sha512(concatBytes(r, publicKey, message))) % ORDER;
  const computed = multiplied(ed.Point.BASE, s).subtract(multiplied(key, k));
  return equalBytes(computed.toBytes(), r);
};

const ORDER = ed.Point.CURVE().n;

/** Null for what is no point, is encoded otherwise than it must be, or is of small order. */
function pointOf(publicKey: Uint8Array): ed.Point | null {
  try {
    const point = ed.Point.fromBytes(publicKey, false);
    return point.isSmallOrder() ? null : point;
  } catch {
    // Whatever the library finds wrong with the bytes: they are no key.
    return null;
  }
}

/** The library multiplies by no zero. */
function multiplied(point: ed.Point, scalar: bigint): ed.Point {
  return scalar === 0n ? ed.Point.ZERO : point.multiplyUnsafe(scalar);
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = value * 256n + BigInt(byte);
  return value;
}
