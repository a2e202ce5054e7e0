import { createHash, hash } from 'node:crypto';
import { existsSync } from 'node:fs';

import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { indexPathOf } from './blob-index.ts';
import { BlobReader } from './blob-reader.ts';
import type { BlobWriter } from './blob-writer.ts';

/**
 * Takes one directory's content over from another store, such as a backup's: every chunk is verified as it is read. All of it
 * is on disk when this returns true, or nothing is.
 * @throws BLOB_MISSING, BLOB_CORRUPT, CANCELLED
 */
export async function importContent(
  writer: BlobWriter,
  { from, stateHash }: { readonly from: string; readonly stateHash: Hash },
  checkCancelled: () => void,
): Promise<boolean> {
  if (!existsSync(indexPathOf(from))) throw new QuantumLockError('NOT_FOUND', `there is no blob store in ${from}`);
  const source = new BlobReader(from);
  try {
    const entries = source.manifest(stateHash);
    if (entries === null) return false;
    for (const entry of entries) {
      const chunkHashes: string[] = [];
      const whole = createHash('sha256');
      for await (const chunk of source.chunks(entry.content_hash)) {
        checkCancelled();
        const chunkHash = hash('sha256', chunk, 'hex');
        whole.update(chunk);
        writer.addChunk(chunkHash, chunk);
        chunkHashes.push(chunkHash);
      }
      writer.addContent(whole.digest('hex'), entry.size_bytes, chunkHashes);
    }
    await writer.startSync();
    writer.commit(from, stateHash, entries, { remember: [], forget: [] });
    return true;
  } catch (error) {
    writer.rollback();
    throw error;
  } finally {
    source.close();
  }
}
