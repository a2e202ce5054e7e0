import { decode, encode } from 'cborg';
import { concatBytes, equalBytes } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { RECEIPT_SIZE_BYTES_MAX } from '../../base/limits.ts';

/** COSE_Sign1 (RFC 9052 §4.2) with one encoding for one content: CBOR in its shortest form, keys in order, tag 18 in front. */
export interface CoseSign1 {
  /** As they were signed. */
  readonly protectedBytes: Uint8Array;
  readonly unprotectedHeader: CborMap;
  /** Null where it is detached. */
  readonly payload: Uint8Array | null;
  readonly signature: Uint8Array;
}

export type CborMap = ReadonlyMap<number | string, unknown>;

/** Labels of header parameters: RFC 9052 §3.1, RFC 9597 §2, RFC 9942 §§ 2 and 4. */
export const COSE_LABELS = {
  alg: 1,
  contentType: 3,
  kid: 4,
  cwtClaims: 15,
  receipts: 394,
  vds: 395,
  vdp: 396,
} as const;
/** EdDSA (RFC 9053 §2.2). */
export const COSE_ALG_EDDSA = -8;

/** Tag 18 as one byte. */
const SIGN1_TAG = 0xd2;

export function encodeCbor(value: unknown): Uint8Array {
  return encode(value);
}

/** @throws DOCUMENT_INVALID for what is no CBOR, or is encoded otherwise than {@link encodeCbor} does */
export function decodeCbor(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = decode(bytes, {
      useMaps: true,
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    });
  } catch (cause) {
    throw invalid(`is not CBOR: ${cause instanceof Error ? cause.message : 'unreadable'}`, cause);
  }
  if (!equalBytes(encode(value), bytes)) throw invalid('is CBOR, but not in the one form that it must have');
  return value;
}

/** What a signature of a COSE_Sign1 is over: its Sig_structure (RFC 9052 §4.4). */
export function encodeToBeSigned(protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  return encode(['Signature1', protectedBytes, new Uint8Array(0), payload]);
}

export function encodeCoseSign1({ protectedBytes, unprotectedHeader, payload, signature }: CoseSign1): Uint8Array {
  return concatBytes(Uint8Array.of(SIGN1_TAG), encode([protectedBytes, unprotectedHeader, payload, signature]));
}

export function isCoseSign1(bytes: Uint8Array): boolean {
  return bytes[0] === SIGN1_TAG;
}

/** @throws DOCUMENT_INVALID */
export function decodeCoseSign1(bytes: Uint8Array): CoseSign1 {
  if (bytes.length > RECEIPT_SIZE_BYTES_MAX) throw invalid(`is larger than ${RECEIPT_SIZE_BYTES_MAX} bytes`);
  if (!isCoseSign1(bytes)) throw invalid('does not begin with the tag of a COSE_Sign1');
  const value = decodeCbor(bytes.slice(1));
  if (!Array.isArray(value) || value.length !== 4) throw invalid('has not the four parts of a COSE_Sign1');
  const [protectedBytes, unprotectedHeader, payload, signature] = value as readonly unknown[];
  if (!(protectedBytes instanceof Uint8Array) || !isMap(unprotectedHeader))
    throw invalid('has headers that are no headers');
  if ((payload !== null && !(payload instanceof Uint8Array)) || !(signature instanceof Uint8Array))
    throw invalid('has a payload or a signature that is not bytes');
  return { protectedBytes, unprotectedHeader, payload, signature };
}

export function isMap(value: unknown): value is CborMap {
  return value instanceof Map;
}

/** The map with exactly these keys. @throws DOCUMENT_INVALID */
export function mapWith(value: unknown, name: string, keys: readonly (number | string)[]): CborMap {
  if (!isMap(value) || value.size !== keys.length || !keys.every((key) => value.has(key)))
    throw invalid(`has a ${name} with other entries than ${keys.join(', ')}`);
  return value;
}

export function invalid(what: string, cause?: unknown): QuantumLockError {
  return new QuantumLockError('DOCUMENT_INVALID', `the receipt ${what}`, { cause });
}
