import { existsSync, readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { encodeCanonicalText, type JsonObject } from '../../base/canonical.ts';
import { LEVELS, PERMISSIONS, type Level, type Permission } from '../../ledger/permissions.ts';
import type { KeyStoreKind } from '../../node/keys/key-store.ts';

/** How arguments are read; what does not fit is wrong usage. */

export function keyStore(text: string): KeyStoreKind {
  if (text !== 'keychain' && text !== 'file') throw new InvalidArgumentError('keychain or file');
  return text;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('a whole number from 0');
  return value;
}

export function positiveNumber(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('a whole number from 1');
  return value;
}

/** A JSON object that the ledger takes, as it stands or `@FILE`. */
export function jsonObject(text: string): JsonObject {
  const source = text.startsWith('@') ? readArgumentFile(text.slice(1)) : text;
  try {
    const value: unknown = JSON.parse(source);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new InvalidArgumentError('not a JSON object');
    encodeCanonicalText(value);
    return value as JsonObject;
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : 'not JSON');
  }
}

function readArgumentFile(path: string): string {
  if (!existsSync(path)) throw new InvalidArgumentError(`there is no file ${path}`);
  return readFileSync(path, 'utf8');
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
