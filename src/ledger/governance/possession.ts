import { decodeHex, encodeUtf8, type PublicKey, type Signature } from '../../base/bytes.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import { digest } from '../digest.ts';
import { verifyWithNoble, type VerifySignature } from '../signature.ts';

/** Whom a key is introduced for: a proof for one is worthless for another. */
export type KeySubject = `member/${string}` | `validator/${string}`;

/** The canonical text that a proof of possession is over. */
export function encodePossession({
  publicKey,
  subject,
}: {
  readonly publicKey: PublicKey;
  readonly subject: KeySubject;
}): string {
  return encodeCanonicalText({ public_key: publicKey, subject });
}

/** What the holder of a key signs to bring it onto a chain: 32 bytes. */
export function possessionDigest(
  chainId: string,
  key: { readonly publicKey: PublicKey; readonly subject: KeySubject },
): Uint8Array {
  return digest('possession', chainId, encodeUtf8(encodePossession(key)));
}

/** Whether somebody who holds the key signed that it shall be this subject's on this chain. */
export function verifyPossession(
  chainId: string,
  key: { readonly publicKey: PublicKey; readonly subject: KeySubject; readonly proof: Signature },
  verify: VerifySignature = verifyWithNoble,
): boolean {
  return verify(decodeHex(key.proof), possessionDigest(chainId, key), decodeHex(key.publicKey));
}
