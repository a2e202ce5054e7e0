import { createRequire } from 'node:module';
import { isWellFormedSignature, verifyWithNoble, type VerifySignature } from '../ledger/signature.ts';

type Bindings = typeof import('secp256k1/bindings');

export interface SignatureVerifier {
  readonly kind: 'native' | 'noble';
  readonly verify: VerifySignature;
}

/**
 * libsecp256k1 where its prebuilt binary is there, else noble at a thirtieth of the speed; health says which. The
 * `bindings` entry is asked for by name because the package's main entry falls back silently.
 */
export function loadSignatureVerifier(): SignatureVerifier {
  let bindings: Bindings;
  try {
    bindings = createRequire(import.meta.url)('secp256k1/bindings') as Bindings;
  } catch {
    // No prebuilt file for this platform: reported through `kind`.
    return { kind: 'noble', verify: verifyWithNoble };
  }
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
