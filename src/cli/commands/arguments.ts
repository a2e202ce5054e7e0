import { InvalidArgumentError } from 'commander';
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
