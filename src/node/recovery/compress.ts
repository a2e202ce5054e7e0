import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

/** Each part of a backup is a zstd frame of its own (RFC 8878). */

const compressAsync = promisify(zstdCompress);
const decompressAsync = promisify(zstdDecompress);

/** What `zstd -1` does: as fast as most disks write. */
const LEVEL = 1;

/** On a thread of the pool. */
export function compress(bytes: Uint8Array): Promise<Buffer> {
  return compressAsync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
}

/** @throws as zlib does where it is no frame, or holds more than `sizeMax` bytes */
export function decompress(bytes: Uint8Array, sizeMax: number): Promise<Buffer> {
  return decompressAsync(bytes, { maxOutputLength: sizeMax });
}
