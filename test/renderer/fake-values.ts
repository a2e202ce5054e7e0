import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import type { z } from 'zod';

import type { jsonObject } from '../../src/base/fields.ts';
import { decodeHex, type Hash, type PublicKey, type Signature } from '../../src/base/bytes.ts';
import { possessionDigest, type KeySubject } from '../../src/ledger/governance/possession.ts';
import { publicKeyOf, signDigest } from '../../src/ledger/crypto/signature.ts';

/** Values that look real and are the same on every run: everything is mixed from a number. */

export function mix(seed: number): number {
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

/** The first eight digits carry the number, so that an id can be found again. */
export function fakeHash(kind: number, number: number): Hash {
  return `0x${kind.toString(16)}${number.toString(16).padStart(7, '0')}${hex(number * 31 + kind, 56)}` as Hash;
}

export function numberInHash(hash: string): { readonly kind: number; readonly number: number } {
  return { kind: Number.parseInt(hash.slice(2, 3), 16), number: Number.parseInt(hash.slice(3, 10), 16) };
}

const publicKeys = new Map<number, PublicKey>();

/** A real key, so that what it signs can be checked. */
export function fakePublicKey(number: number): PublicKey {
  const made = publicKeys.get(number) ?? publicKeyOf(fakeSecret(number));
  publicKeys.set(number, made);
  return made;
}

function fakeSecret(number: number): Uint8Array {
  return decodeHex(`0x${hex(number + 77, 64)}`);
}

/** The chain of the fake node. */
export const FAKE_CHAIN: ChainIdentity = {
  chain_id: 'dark-matter-main',
  genesis: `0x${'6e'.repeat(32)}` as Hash,
  era: 0,
};

/** The proof that the key of this number is held, for a member or validator of the chain. */
export function fakePossession(chain: ChainIdentity, number: number, subject: KeySubject): Signature {
  return signDigest(possessionDigest(chain, { publicKey: fakePublicKey(number), subject }), fakeSecret(number));
}

/** What the key of this number signs. */
export function signAs(number: number, digest: Uint8Array): Signature {
  return signDigest(digest, fakeSecret(number));
}

export function fakeSignature(number: number): Signature {
  return `0x${hex(number + 99, 128)}` as Signature;
}

export function pick<T>(list: readonly T[], number: number): T {
  const value = list[number % list.length];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

export type Metadata = z.infer<typeof jsonObject>;

export function textIn(value: Metadata[string] | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The environment that a payload is about. */
export function environmentIn(payload: Metadata): string {
  return textIn(payload['env_id'] ?? payload['target_env']);
}
