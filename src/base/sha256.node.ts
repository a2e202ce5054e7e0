import { createHash, hash } from 'node:crypto';

/**
 * SHA-256 of `input`, written into `output` at `offset` (32 bytes). `crypto.hash` to a latin1 string is the fastest way
 * that Node has: 2.5 times as fast as to a buffer, 4 times as fast as a Hash object.
 */
export function sha256Into(input: Uint8Array, output: Uint8Array, offset: number): void {
  const digest = hash('sha256', input, 'binary');
  for (let index = 0; index < 32; index++) output[offset + index] = digest.charCodeAt(index);
}

/** SHA-256 of what comes in pieces. */
export class Sha256 {
  readonly #hash = createHash('sha256');

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** Once, at the end. */
  digest(): Uint8Array {
    return this.#hash.digest();
  }
}

export function sha256(input: Uint8Array): Uint8Array {
  const output = new Uint8Array(32);
  sha256Into(input, output, 0);
  return output;
}
