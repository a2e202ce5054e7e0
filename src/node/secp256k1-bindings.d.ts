/**
 * The native half of `secp256k1` 5, which ships no types. Only what this project calls is declared.
 *
 * Every function throws on a wrong length or on an encoding libsecp256k1 refuses, so callers check shapes first and
 * treat a throw as a refusal. Importing `secp256k1/bindings` (and not `secp256k1`) throws where there is no prebuilt
 * binary, instead of dropping silently to slow JavaScript.
 */
declare module 'secp256k1/bindings' {
  interface SignOptions {
    readonly data?: Uint8Array;
    readonly noncefn?: (
      message: Uint8Array,
      secretKey: Uint8Array,
      algorithm: Uint8Array | null,
      data: Uint8Array | null,
      attempt: number,
    ) => Uint8Array;
  }

  interface Secp256k1Bindings {
    /** True if `signature` (64 bytes, r‖s, low S only) is over the 32-byte `message` by `publicKey` (33 or 65 bytes). */
    ecdsaVerify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
    /** RFC 6979 with low S; `message` and `secretKey` are 32 bytes. */
    ecdsaSign(
      message: Uint8Array,
      secretKey: Uint8Array,
      options?: SignOptions,
    ): { readonly signature: Uint8Array; readonly recid: number };
    publicKeyCreate(secretKey: Uint8Array, compressed?: boolean): Uint8Array;
    publicKeyVerify(publicKey: Uint8Array): boolean;
    privateKeyVerify(secretKey: Uint8Array): boolean;
    /** Replaces a high S by its low counterpart, in place, and returns the same array. */
    signatureNormalize(signature: Uint8Array): Uint8Array;
  }

  const bindings: Secp256k1Bindings;
  export = bindings;
}
