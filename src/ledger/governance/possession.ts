import { decodeHex, encodeUtf8, type Ed25519Key, type PublicKey, type Signature } from '../../base/bytes.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import type { ChainIdentity } from '../chain-identity.ts';
import { digest } from '../crypto/digest.ts';
import { verifyEd25519 } from '../crypto/ed25519.ts';
import { verifyWithNoble, type VerifySignature } from '../crypto/signature.ts';

/** Whom a key is introduced for: a proof for one is worthless for another. */
export type KeySubject = `member/${string}` | `validator/${string}`;

/** Of the key that signs checkpoints of the log. It is of another scheme, so that no member or validator can have it. */
export const CHECKPOINT_SUBJECT = 'checkpoint';

/** A key, and whom it is introduced for. */
export type IntroducedKey =
  | { readonly publicKey: PublicKey; readonly subject: KeySubject }
  | { readonly publicKey: Ed25519Key; readonly subject: typeof CHECKPOINT_SUBJECT };

/** The canonical text that a proof of possession is over. */
export function encodePossession(
  { chain_id }: Pick<ChainIdentity, 'chain_id'>,
  { publicKey, subject }: IntroducedKey,
): string {
  return encodeCanonicalText({ chain_id, public_key: publicKey, subject });
}

/** What the holder of a key signs to bring it onto a chain: 32 bytes. */
export function possessionDigest(chain: ChainIdentity, key: IntroducedKey): Uint8Array {
  return digest('possession', chain, encodeUtf8(encodePossession(chain, key)));
}

/** Whether somebody who holds the key signed that it will be this subject's on this chain in this era. */
export function verifyPossession(
  chain: ChainIdentity,
  key: { readonly publicKey: PublicKey; readonly subject: KeySubject; readonly proof: Signature },
  verify: VerifySignature = verifyWithNoble,
): boolean {
  return verify(decodeHex(key.proof), possessionDigest(chain, key), decodeHex(key.publicKey));
}

/** The same of a checkpoint key: an Ed25519 signature over the digest's 32 bytes. */
export function verifyCheckpointPossession(
  chain: ChainIdentity,
  { publicKey, proof }: { readonly publicKey: Ed25519Key; readonly proof: Signature },
): boolean {
  const digestBytes = possessionDigest(chain, { publicKey, subject: CHECKPOINT_SUBJECT });
  return verifyEd25519(decodeHex(proof), digestBytes, decodeHex(publicKey));
}
