import { decodeHex, encodeUtf8, type PublicKey, type Signature } from '../../base/bytes.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import type { ChainIdentity } from '../chain-identity.ts';
import { digest } from '../crypto/digest.ts';
import { verifyWithNoble, type VerifySignature } from '../crypto/signature.ts';

/** Whom a key is introduced for: a proof for one is worthless for another. */
export type KeySubject = `member/${string}` | `validator/${string}`;

/** The canonical text that a proof of possession is over. */
export function encodePossession(
  { chain_id }: Pick<ChainIdentity, 'chain_id'>,
  { publicKey, subject }: { readonly publicKey: PublicKey; readonly subject: KeySubject },
): string {
  return encodeCanonicalText({ chain_id, public_key: publicKey, subject });
}

/** What the holder of a key signs to bring it onto a chain: 32 bytes. */
export function possessionDigest(
  chain: ChainIdentity,
  key: { readonly publicKey: PublicKey; readonly subject: KeySubject },
): Uint8Array {
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
