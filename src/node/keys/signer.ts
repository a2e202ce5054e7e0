import type { PublicKey, Signature } from '../../base/bytes.ts';
import { SIGNATURE_SCHEME, signDigest, type SignatureScheme } from '../../ledger/crypto/signature.ts';
import { assertSecretOf, type KeyInfo } from './key-store.ts';

/** A key that was opened to sign with, wherever it is stored: its bytes need not be in this process. */
export interface Signer {
  readonly publicKey: PublicKey;
  readonly scheme: SignatureScheme;
  /** Over 32 bytes. */
  sign(digest: Uint8Array): Promise<Signature>;
  /**
   * A copy of the 32 bytes, which the caller wipes: for an encrypted export, and for the thread that seals. Nothing else takes it.
   */
  copySecret(): Uint8Array;
  /** Wipes what is here of the key, after which it signs no more. */
  close(): void;
}

/** Signs with a secret that it takes over and wipes. @throws KEY_INVALID where it is not the secret of `key` */
export function openSigner(key: KeyInfo, secret: Uint8Array): Signer {
  assertSecretOf(secret, key);
  return {
    publicKey: key.public_key,
    scheme: SIGNATURE_SCHEME,
    // A wiped secret is none: it is refused as KEY_INVALID.
    sign: async (digest) => signDigest(digest, secret),
    copySecret: () => secret.slice(),
    close: () => void secret.fill(0),
  };
}
