/** Where the ledger signs and verifies, from the root of a checkout. */
export const SIGNATURE_FILE = 'src/ledger/crypto/signature.ts';

/** What calls the reference, and what calls libsecp256k1 in its place. */
const CALLS = [
  [
    "import * as secp from '@noble/secp256k1';",
    "import * as secp from '@noble/secp256k1';\nimport bindings from 'secp256k1/bindings.js';",
  ],
  ['secp.verify(signature, digest, publicKey, OPTIONS)', 'bindings.ecdsaVerify(signature, digest, publicKey)'],
  ['secp.sign(digest, secret, OPTIONS)', 'bindings.ecdsaSign(digest, secret).signature'],
  ['secp.getPublicKey(secret, true)', 'bindings.publicKeyCreate(secret, true)'],
] as const;

/**
 * The source of `SIGNATURE_FILE`, signing and verifying with libsecp256k1, which gives the same answers as the reference in a
 * thirtieth of the time (test/property/signature.test.ts). Throws where the source makes none of a call that is to be replaced.
 */
export function signingNatively(source: string): string {
  return CALLS.reduce((changed, [reference, native]) => {
    if (!changed.includes(reference)) throw new Error(`${SIGNATURE_FILE} does not call ${reference}`);
    return changed.replace(reference, native);
  }, source);
}
