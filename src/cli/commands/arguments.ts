import { InvalidArgumentError } from 'commander';
import { isHash, type Hash } from '../../base/bytes.ts';
import { encodeCanonicalText, type JsonObject } from '../../base/canonical.ts';
import { ARGUMENT_FILE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { parseStrictJson } from '../../base/strict-json.ts';
import { LEVELS, PERMISSIONS, type Level, type Permission } from '../../ledger/permissions.ts';
import type { KeyStoreKind } from '../../node/keys/key-store.ts';
import { readInputText } from '../../node/read-input-file.ts';

const PORT_MAX = 65_535;

/** How arguments are read; what does not fit is wrong usage. */

export function keyStore(text: string): KeyStoreKind {
  if (text !== 'keychain' && text !== 'file') throw new InvalidArgumentError('keychain or file');
  return text;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('a whole number from 0');
  return value;
}

export function positiveNumber(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('a whole number from 1');
  return value;
}

export function hashArgument(text: string): Hash {
  if (!isHash(text)) throw new InvalidArgumentError('0x and 64 lower-case hex digits');
  return text;
}

export type MomentArgument = { readonly height: number } | { readonly time: number };

/** A height, or a time: ISO 8601, or Unix milliseconds of 12 digits and more. */
export function moment(text: string): MomentArgument {
  if (/^\d{1,11}$/.test(text)) return { height: Number(text) };
  const ms = /^\d{12,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('a height, or a time such as 2026-11-22T09:00:00Z');
  return { time: ms };
}

/** A port of this machine; 0 takes a free one. */
export function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > PORT_MAX)
    throw new InvalidArgumentError(`a port from 0 to ${PORT_MAX}`);
  return Number(text);
}

/** A JSON object that the ledger takes, as it is or `@FILE`. */
export function jsonObject(text: string): JsonObject {
  const path = text.startsWith('@') ? text.slice(1) : null;
  try {
    const value = parseStrictJson(path === null ? text : readInputText(path, ARGUMENT_FILE_SIZE_BYTES_MAX));
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new InvalidArgumentError('not a JSON object');
    encodeCanonicalText(value);
    return value as JsonObject;
  } catch (error) {
    const why = error instanceof Error ? error.message : 'not JSON';
    throw new InvalidArgumentError(path === null || why.includes(path) ? why : `${path}: ${why}`);
  }
}

export function level(text: string): Level {
  const found = LEVELS.find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError(`one of ${LEVELS.join(', ')}`);
  return found;
}

export function permission(text: string): Permission {
  const found = PERMISSIONS.find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError(`one of ${PERMISSIONS.join(', ')}`);
  return found;
}

/** `2/3`. */
export function fraction(text: string): { readonly numerator: number; readonly denominator: number } {
  const { numerator, denominator } = /^(?<numerator>\d{1,4})\/(?<denominator>\d{1,4})$/.exec(text)?.groups ?? {};
  if (numerator === undefined || denominator === undefined) throw new InvalidArgumentError('a fraction such as 2/3');
  return { numerator: Number(numerator), denominator: Number(denominator) };
}
