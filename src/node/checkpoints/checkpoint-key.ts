import { createPrivateKey, createPublicKey, hkdfSync, sign, type KeyObject } from 'node:crypto';
import { encodeHex, type Ed25519Key, type Signature } from '../../base/bytes.ts';
import { CHECKPOINT_SUBJECT, possessionDigest } from '../../ledger/governance/possession.ts';
import type { ChainIdentity } from '../../ledger/chain-identity.ts';
import type { Signer } from '../keys/signer.ts';

/**
 * The Ed25519 key that signs checkpoints follows from a key of this machine (HKDF, RFC 5869): so it lives where keys live, in the
 * OS keychain or the encrypted file, and is created, exported, imported and removed with it. A member's or validator's key gives
 * one too, but they are made apart: who holds one must not hold the other.
 */
export interface CheckpointKey {
  readonly publicKey: Ed25519Key;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

const PURPOSE = 'quantum-lock/checkpoint-key/v1';
/** PrivateKeyInfo (RFC 8410) of an Ed25519 seed, up to the seed. */
const SEED_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_SIZE_BYTES = 32;

/** Of the 32 bytes of a key in a store, which stay the caller's to wipe. */
export function checkpointKeyOf(secret: Uint8Array): CheckpointKey {
  const seed = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), PURPOSE, KEY_SIZE_BYTES));
  const encoded = Buffer.concat([SEED_PREFIX, seed]);
  try {
    return openKey(createPrivateKey({ key: encoded, format: 'der', type: 'pkcs8' }));
  } finally {
    seed.fill(0);
    encoded.fill(0);
  }
}

/** Of a key that is open, without its bytes staying anywhere. */
export function checkpointKeyIn(signer: Pick<Signer, 'copySecret'>): CheckpointKey {
  const secret = signer.copySecret();
  try {
    return checkpointKeyOf(secret);
  } finally {
    secret.fill(0);
  }
}

function openKey(key: KeyObject): CheckpointKey {
  const encoded = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: encodeHex(encoded.subarray(-KEY_SIZE_BYTES)) as Ed25519Key,
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}

/** That it is held, for a chain in its present era: what `set_checkpoint_key` carries. */
export function proveCheckpointKey({ publicKey, sign: signWith }: CheckpointKey, chain: ChainIdentity): Signature {
  return encodeHex(signWith(possessionDigest(chain, { publicKey, subject: CHECKPOINT_SUBJECT }))) as Signature;
}
