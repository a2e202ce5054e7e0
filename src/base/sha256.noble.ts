import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

/** SHA-256 of `input`, written into `output` at `offset` (32 bytes): the browser's twin of sha256.node.ts. */
export function sha256Into(input: Uint8Array, output: Uint8Array, offset: number): void {
  output.set(nobleSha256(input), offset);
}

export function sha256(input: Uint8Array): Uint8Array {
  return nobleSha256(input);
}
