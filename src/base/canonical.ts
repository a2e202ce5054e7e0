import { decodeUtf8, encodeUtf8 } from './bytes.ts';
import { QuantumLockError } from './errors.ts';
import { JSON_DEPTH_MAX } from './limits.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** An integer from 0, as it stands in JSON: of what counts something. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function refuse(message: string): never {
  throw new QuantumLockError('VALUE_NOT_ALLOWED', message);
}

/** What is in JSON as it is: printable ASCII but the quote and the backslash. Most strings are of nothing else. */
const PLAIN = /^[ !#-[\]-~]*$/;

function encodeString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) refuse('a string holds a lone surrogate');
  return JSON.stringify(text);
}

function isSorted(keys: readonly string[]): boolean {
  for (let index = 1; index < keys.length; index++)
    if ((keys[index - 1] as string) > (keys[index] as string)) return false;
  return true;
}

function encode(value: unknown, depthLeft: number): string {
  switch (typeof value) {
    case 'string':
      return encodeString(value);
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) refuse(`${value} is not an integer within ±(2^53−1)`);
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      break;
    default:
      return refuse(`a ${typeof value} is not JSON`);
  }
  if (value === null) return 'null';
  if (depthLeft === 0) throw new QuantumLockError('LIMIT_EXCEEDED', `JSON is nested deeper than ${JSON_DEPTH_MAX}`);
  if (Array.isArray(value)) {
    let text = '[';
    for (let index = 0; index < value.length; index++)
      text += (index === 0 ? '' : ',') + encode(value[index], depthLeft - 1);
    return text + ']';
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuse('only plain objects are JSON');
  // RFC 8785 §3.2.3: keys sorted by UTF-16 code units, which is JavaScript's own order of strings.
  const record = value as Record<string, unknown>;
  const keys = Object.keys(record);
  if (!isSorted(keys)) keys.sort();
  let text = '{';
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    text += (index === 0 ? '' : ',') + encodeString(key) + ':' + encode(record[key], depthLeft - 1);
  }
  return text + '}';
}

/**
 * RFC 8785 (JCS) text of a value, restricted to integers within ±(2^53−1).
 * @throws VALUE_NOT_ALLOWED for a float, −0, a lone surrogate or anything that is not JSON; LIMIT_EXCEEDED beyond
 *   32 levels of nesting.
 */
export function encodeCanonicalText(value: unknown): string {
  return encode(value, JSON_DEPTH_MAX);
}

/** UTF-8 bytes of {@link encodeCanonicalText}. */
export function encodeCanonical(value: unknown): Uint8Array {
  return encodeUtf8(encode(value, JSON_DEPTH_MAX));
}

/**
 * Reads canonical bytes. What is accepted encodes to exactly the same bytes again: so no duplicate key, white space,
 * other order, other escape, float or exponent gets through.
 * @throws CANONICAL_JSON, VALUE_NOT_ALLOWED, LIMIT_EXCEEDED
 */
export function decodeCanonical(bytes: Uint8Array): Json {
  return decodeCanonicalText(decodeUtf8(bytes));
}

/** As {@link decodeCanonical}, from text. */
export function decodeCanonicalText(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new QuantumLockError('CANONICAL_JSON', 'not JSON', { cause });
  }
  if (encode(value, JSON_DEPTH_MAX) !== text) {
    throw new QuantumLockError('CANONICAL_JSON', 'JSON, but not in canonical form (RFC 8785)');
  }
  return value as Json;
}
