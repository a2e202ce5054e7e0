import { createRequire } from 'node:module';
import { encodeHex, type Signature } from '../base/bytes.ts';
import {
  isWellFormedSignature,
  signDigest,
  verifyWithNoble,
  type VerifySignature,
} from '../ledger/crypto/signature.ts';

type Bindings = typeof import('secp256k1/bindings');

/** Null where there is no prebuilt file for this platform. */
function loadBindings(): Bindings | null {
  try {
    return createRequire(import.meta.url)('secp256k1/bindings') as Bindings;
  } catch {
    // Reported through the verifier's `kind`, which health shows.
    return null;
  }
}

export interface SignatureVerifier {
  readonly kind: 'native' | 'noble';
  readonly verify: VerifySignature;
}

/**
 * libsecp256k1 where its prebuilt binary is there, else noble at a thirtieth of the speed; health says which. The
 * `bindings` entry is asked for by name because the package's main entry falls back silently.
 */
export function loadSignatureVerifier(): SignatureVerifier {
  const bindings = loadBindings();
  if (bindings === null) return { kind: 'noble', verify: verifyWithNoble };
  return {
    kind: 'native',
    verify: (signature, digest, publicKey) => {
      if (!isWellFormedSignature(signature, digest, publicKey)) return false;
      try {
        return bindings.ecdsaVerify(signature, digest, publicKey);
      } catch {
        // A key that is not on the curve: libraries throw or return false; both mean no.
        return false;
      }
    },
  };
}

export type SignDigest = (digest: Uint8Array, secret: Uint8Array) => Signature;

/** Signs the same bytes as noble (RFC 6979, low s) in a sixth of the time: for seals, which every idle commit waits for. */
export function loadDigestSigner(): SignDigest {
  const bindings = loadBindings();
  if (bindings === null) return signDigest;
  return (digest, secret) => encodeHex(bindings.ecdsaSign(digest, secret).signature) as Signature;
}
