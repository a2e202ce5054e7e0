import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { encodeHash } from '../../base/bytes.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import type { WrittenFile } from './backup-sink.ts';

/** Reads a whole file. @throws STORAGE_DENIED, STORAGE_FAILED */
export async function digestFile(path: string, signal?: AbortSignal): Promise<WrittenFile> {
  const hashing = createHash('sha256');
  let size = 0;
  try {
    for await (const bytes of createReadStream(path, signal === undefined ? {} : { signal }) as AsyncIterable<Buffer>) {
      hashing.update(bytes);
      size += bytes.length;
    }
  } catch (error) {
    throw storageError(path, error);
  }
  return { size, digest: encodeHash(hashing.digest()) };
}
