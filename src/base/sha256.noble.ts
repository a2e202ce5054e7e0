import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

/** SHA-256 of `input`, written into `output` at `offset` (32 bytes): the browser's twin of sha256.node.ts. */
export function sha256Into(input: Uint8Array, output: Uint8Array, offset: number): void {
  output.set(nobleSha256(input), offset);
}

/** SHA-256 of what comes in pieces. */
export class Sha256 {
  readonly #hash = nobleSha256.create();

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** Once, at the end. */
  digest(): Uint8Array {
    return this.#hash.digest();
  }
}

export function sha256(input: Uint8Array): Uint8Array {
  return nobleSha256(input);
}
