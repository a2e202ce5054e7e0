import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';

import { encodeHex, type Ed25519Key, type Signature } from '../../src/base/bytes.ts';
import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { CHECKPOINT_SUBJECT, possessionDigest } from '../../src/ledger/governance/possession.ts';

/** PrivateKeyInfo (RFC 8410) of an Ed25519 seed, up to the seed. */
const SEED_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An Ed25519 key for tests, the same in every run. OpenSSL signs; the ledger's own code only verifies. */
export interface CheckpointSigner {
  readonly seed: Uint8Array;
  readonly publicKey: Ed25519Key;
  sign(message: Uint8Array): Uint8Array;
}

/** Its seed is the SHA-256 of its name. */
export function checkpointSignerNamed(name: string): CheckpointSigner {
  return checkpointSignerOf(createHash('sha256').update(name).digest());
}

export function checkpointSignerOf(seed: Uint8Array): CheckpointSigner {
  const key = createPrivateKey({ key: Buffer.concat([SEED_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    seed,
    publicKey: encodeHex(spki.subarray(-32)) as Ed25519Key,
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}

/** The payload that names it on a chain. */
export function namingPayload(
  chain: ChainIdentity,
  signer: CheckpointSigner,
): { readonly public_key: Ed25519Key; readonly proof: Signature } {
  const digest = possessionDigest(chain, { publicKey: signer.publicKey, subject: CHECKPOINT_SUBJECT });
  return { public_key: signer.publicKey, proof: encodeHex(signer.sign(digest)) as Signature };
}
