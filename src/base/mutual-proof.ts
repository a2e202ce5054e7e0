import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeHex, encodeUtf8 } from './bytes.ts';

/**
 * Two ends of one connection prove to each other that they know a secret, and neither sends it. Each names a nonce; a
 * proof is HMAC-SHA-256 (RFC 2104) over both nonces, the secret's id, the address that the end believes to be connected
 * to, and the side that proves: a proof is not valid on another connection, at another address, or for the other side.
 */
export interface ProofTerms {
  /** What the secret is for: secrets of one purpose prove nothing for another. */
  readonly purpose: string;
  /** Where the connection goes, as each end knows it: an origin, or a path. */
  readonly address: string;
  readonly id: string;
  readonly clientNonce: string;
  readonly serverNonce: string;
}

export type ProofSide = 'client' | 'server';

const TAG = 'quantum-lock/mutual-proof/v1';

/** By which the other end finds the secret. It reveals nothing about it. */
export function secretId(purpose: string, secret: Uint8Array): string {
  return macOf(secret, [purpose, 'id']).slice(0, 34);
}

export function proofOf(secret: Uint8Array, side: ProofSide, terms: ProofTerms): string {
  return macOf(secret, [terms.purpose, side, ...ordered(terms)]);
}

/** Whether `given` is the proof; takes the same time for any wrong one of its length. */
export function isProofOf(given: string, secret: Uint8Array, side: ProofSide, terms: ProofTerms): boolean {
  const wanted = proofOf(secret, side, terms);
  let difference = given.length ^ wanted.length;
  for (let index = 0; index < wanted.length; index++) difference |= given.charCodeAt(index) ^ wanted.charCodeAt(index);
  return difference === 0;
}

/** A new secret that both ends of this connection can make, and nobody who saw it. 32 bytes. */
export function derivedSecret(secret: Uint8Array, terms: ProofTerms): Uint8Array {
  return hmac(sha256, secret, message([terms.purpose, 'derived', ...ordered(terms)]));
}

function ordered({ address, id, clientNonce, serverNonce }: ProofTerms): readonly string[] {
  return [address, id, clientNonce, serverNonce];
}

function macOf(secret: Uint8Array, parts: readonly string[]): string {
  return encodeHex(hmac(sha256, secret, message(parts)));
}

/** JSON keeps the parts apart, whatever they hold. */
function message(parts: readonly string[]): Uint8Array {
  return encodeUtf8(JSON.stringify([TAG, ...parts]));
}
