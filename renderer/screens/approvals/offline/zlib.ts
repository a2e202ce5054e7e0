import { concatBytes } from '../../../../src/base/bytes.ts';
import { QuantumLockError } from '../../../../src/base/errors.ts';

/** Bytes in the zlib format (RFC 1950). */
export function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return collect(new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate')), Number.POSITIVE_INFINITY);
}

/** @throws DOCUMENT_INVALID where it does not have this format, or its content is larger than `sizeBytesMax` */
export async function inflate(bytes: Uint8Array, sizeBytesMax: number): Promise<Uint8Array> {
  try {
    return await collect(
      new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('deflate')),
      sizeBytesMax,
    );
  } catch (cause) {
    throw new QuantumLockError('DOCUMENT_INVALID', 'the frames do not hold a document', { cause });
  }
}

async function collect(stream: ReadableStream<Uint8Array>, sizeBytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    sizeBytes += next.value.length;
    if (sizeBytes > sizeBytesMax) {
      await reader.cancel();
      throw new RangeError(`more than ${sizeBytesMax} bytes`);
    }
    chunks.push(next.value);
  }
  return concatBytes(...chunks);
}
