import { QuantumLockError } from './errors.ts';

/** Bytes as lower-case hex with `0x`. A 32-byte digest is `Hash`, a compressed public key `PublicKey`. */
export type Hex = `0x${string}`;
declare const brand: unique symbol;
export type Hash = Hex & { readonly [brand]: 'Hash' };
export type PublicKey = Hex & { readonly [brand]: 'PublicKey' };
export type Signature = Hex & { readonly [brand]: 'Signature' };
/** An Ed25519 public key (RFC 8032 §5.1.2): 32 bytes. */
export type Ed25519Key = Hex & { readonly [brand]: 'Ed25519Key' };

export const HASH_SIZE_BYTES = 32;
/** A compressed point (SEC 1 §2.3.3). */
export const PUBLIC_KEY_SIZE_BYTES = 33;
/** r‖s. */
export const SIGNATURE_SIZE_BYTES = 64;

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function encodeHex(bytes: Uint8Array): Hex {
  let text = '0x';
  for (const byte of bytes) text += HEX_PAIRS[byte];
  return text as Hex;
}

export function encodeHash(bytes: Uint8Array): Hash {
  if (bytes.length !== HASH_SIZE_BYTES)
    throw new QuantumLockError('HEX_INVALID', `a hash has 32 bytes, not ${bytes.length}`);
  return encodeHex(bytes) as Hash;
}

const HASH_PATTERN = /^0x[0-9a-f]{64}$/;
const PUBLIC_KEY_PATTERN = new RegExp(`^0x0[23][0-9a-f]{${2 * (PUBLIC_KEY_SIZE_BYTES - 1)}}$`);
const SIGNATURE_PATTERN = new RegExp(`^0x[0-9a-f]{${2 * SIGNATURE_SIZE_BYTES}}$`);

export function isHash(value: unknown): value is Hash {
  return typeof value === 'string' && HASH_PATTERN.test(value);
}

export function isPublicKey(value: unknown): value is PublicKey {
  return typeof value === 'string' && PUBLIC_KEY_PATTERN.test(value);
}

/** By its form alone: a key that is no point of the curve verifies nothing. */
export function isEd25519Key(value: unknown): value is Ed25519Key {
  return typeof value === 'string' && HASH_PATTERN.test(value);
}

export function isSignature(value: unknown): value is Signature {
  return typeof value === 'string' && SIGNATURE_PATTERN.test(value);
}

/** Value of a lower-case hex digit by its character code; 255 for everything else. */
const DIGIT_VALUES = new Uint8Array(128).fill(255);
for (let value = 0; value < 16; value++) DIGIT_VALUES[value.toString(16).charCodeAt(0)] = value;

function digitAt(text: string, index: number): number {
  return DIGIT_VALUES[text.charCodeAt(index)] ?? 255;
}

/** Throws HEX_INVALID unless `text` is lower-case hex with `0x` and an even number of digits. */
export function decodeHex(text: string): Uint8Array {
  if (!text.startsWith('0x') || text.length % 2 !== 0) throw invalidHex();
  const bytes = new Uint8Array((text.length - 2) / 2);
  for (let index = 0; index < bytes.length; index++) {
    const high = digitAt(text, 2 + index * 2);
    const low = digitAt(text, 3 + index * 2);
    if (high > 15 || low > 15) throw invalidHex();
    bytes[index] = high * 16 + low;
  }
  return bytes;
}

function invalidHex(): QuantumLockError {
  return new QuantumLockError('HEX_INVALID', 'not lower-case hex with a 0x prefix');
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const joined = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

/** Byte-wise (unsigned) order, shorter first where one is a prefix of the other. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const size = Math.min(left.length, right.length);
  for (let index = 0; index < size; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Writes UTF-8 into `target`, which has room for three bytes a code unit. Returns the bytes written. */
export function encodeUtf8Into(text: string, target: Uint8Array): number {
  return encoder.encodeInto(text, target).written;
}

/** Throws CANONICAL_JSON where the bytes are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new QuantumLockError('CANONICAL_JSON', 'not valid UTF-8', { cause });
  }
}
