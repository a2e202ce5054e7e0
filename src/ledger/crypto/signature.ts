import * as secp from '@noble/secp256k1';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  compareBytes,
  decodeHex,
  encodeHex,
  PUBLIC_KEY_SIZE_BYTES,
  SIGNATURE_SIZE_BYTES,
  type PublicKey,
  type Signature,
} from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';

secp.hashes.sha256 = sha256;
secp.hashes.hmacSha256 = (key, message) => hmac(sha256, key, message);

/** The name of the one scheme that keys of this ledger have; another would be a file next to this one. */
export const SIGNATURE_SCHEME = 'ecdsa-secp256k1';
export type SignatureScheme = typeof SIGNATURE_SCHEME;

/** ECDSA over secp256k1 (SEC 1 §4.1), deterministic nonces (RFC 6979), low s only (BIP 62), 64 bytes r‖s. */
const OPTIONS = { prehash: false, lowS: true } as const;

/** (n − 1) / 2, big-endian (SEC 2 §2.4.1): the largest s that is accepted. */
const HALF_ORDER = decodeHex('0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0');
const ORDER = decodeHex('0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');

/** A function that answers whether `signature` over `digest` is by `publicKey`; called after the shape was checked. */
export type VerifySignature = (signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array) => boolean;

/**
 * The checks that every library must see passed before it is asked, because libraries disagree at the edges: 64-byte
 * signature with 0 < r < n and 0 < s ≤ n/2, 33-byte key starting 02 or 03, 32-byte digest.
 */
export function isWellFormedSignature(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_SIZE_BYTES || digest.length !== 32 || publicKey.length !== PUBLIC_KEY_SIZE_BYTES)
    return false;
  if (publicKey[0] !== 2 && publicKey[0] !== 3) return false;
  const r = signature.subarray(0, 32);
  const s = signature.subarray(32);
  if (isZero(r) || isZero(s)) return false;
  return compareBytes(r, ORDER) < 0 && compareBytes(s, HALF_ORDER) <= 0;
}

function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
}

/** The reference verifier; every other one is checked against it by a property test. */
export const verifyWithNoble: VerifySignature = (signature, digest, publicKey) => {
  if (!isWellFormedSignature(signature, digest, publicKey)) return false;
  try {
    return secp.verify(signature, digest, publicKey, OPTIONS);
  } catch {
    // A key that is not on the curve: libraries throw or return false; both mean no.
    return false;
  }
};

/** Signs a 32-byte digest. @throws KEY_INVALID for a secret outside 1…n−1 or not of 32 bytes. */
export function signDigest(digest: Uint8Array, secret: Uint8Array): Signature {
  assertSecret(secret);
  return encodeHex(secp.sign(digest, secret, OPTIONS)) as Signature;
}

/** The compressed public key of a 32-byte secret. @throws KEY_INVALID */
export function publicKeyOf(secret: Uint8Array): PublicKey {
  assertSecret(secret);
  return encodeHex(secp.getPublicKey(secret, true)) as PublicKey;
}

function assertSecret(secret: Uint8Array): void {
  if (secret.length !== 32 || !secp.utils.isValidSecretKey(secret)) {
    throw new QuantumLockError('KEY_INVALID', 'the private key is not 32 bytes within the order of secp256k1');
  }
}
