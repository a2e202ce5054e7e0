import type { ContentView } from '../../api/chain/content.ts';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { FileEntry } from '../../ledger/log/file-tree.ts';
import type { BlobReader } from './blob-reader.ts';
import type { StoredContent } from './stored-content.ts';

/** What is here of a version's files: each is read and checked against its hash. */
export async function contentOf(
  store: BlobReader | null,
  stored: StoredContent,
  stateHash: Hash,
): Promise<ContentView> {
  let entries: readonly FileEntry[] | null;
  try {
    entries = store?.manifest(stateHash) ?? null;
  } catch (error) {
    if (!(error instanceof QuantumLockError) || error.code !== 'BLOB_CORRUPT') throw error;
    // Without its list of files nothing of it can be found.
    return { state_hash: stateHash, state: 'lost', file_count: null, broken: [] };
  }
  if (store === null || entries === null)
    return { state_hash: stateHash, state: stored.has(stateHash) ? 'lost' : 'never', file_count: null, broken: [] };
  const broken: { path: string; problem: string }[] = [];
  for (const { path, content_hash, size_bytes } of entries) {
    const problem = await problemOf(store, content_hash, size_bytes);
    if (problem !== null) broken.push({ path, problem });
  }
  const state = broken.length === 0 ? 'present' : broken.length === entries.length ? 'lost' : 'partly';
  return { state_hash: stateHash, state, file_count: entries.length, broken };
}

async function problemOf(store: BlobReader, contentHash: Hash, sizeBytes: number): Promise<string | null> {
  let size = 0;
  try {
    for await (const chunk of store.chunks(contentHash)) size += chunk.length;
  } catch (error) {
    if (!(error instanceof QuantumLockError)) throw error;
    if (error.code === 'BLOB_MISSING') return 'is missing';
    if (error.code === 'BLOB_CORRUPT') return 'is damaged';
    throw error;
  }
  return size === sizeBytes ? null : 'is damaged';
}
