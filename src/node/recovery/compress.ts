import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

/** Each part of a backup is a zstd frame of its own (RFC 8878). */

const compressAsync = promisify(zstdCompress);
const decompressAsync = promisify(zstdDecompress);

/** What `zstd -1` does: as fast as most disks write. */
const LEVEL = 1;

/** What bytes that do not compress may become longer by. */
const OVERHEAD_SIZE_BYTES = 64 * 1024;

/** On a thread of the pool, in one call: by default zlib comes back for each 16 KiB that it made. */
export function compress(bytes: Uint8Array): Promise<Buffer> {
  return compressAsync(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
    chunkSize: bytes.length + OVERHEAD_SIZE_BYTES,
  });
}

/** Room for what a part usually holds: a larger one takes a few turns. */
const OUTPUT_SIZE_BYTES_MAX = 8 * 1024 * 1024;

/** As above. @throws as zlib does where it is no frame, or holds more than `sizeMax` bytes */
export function decompress(bytes: Uint8Array, sizeMax: number): Promise<Buffer> {
  return decompressAsync(bytes, {
    maxOutputLength: sizeMax,
    chunkSize: Math.min(sizeMax + OVERHEAD_SIZE_BYTES, OUTPUT_SIZE_BYTES_MAX),
  });
}
