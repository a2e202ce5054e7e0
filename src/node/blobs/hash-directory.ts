import { BLOB_CHUNK_SIZE_BYTES } from '../../base/limits.ts';
import type { Hash } from '../../base/bytes.ts';
import { stateHashOf, type FileEntry } from '../../ledger/log/file-tree.ts';
import { assertUnchanged, resolveDirectory, walkDirectory } from './directory.ts';
import { readFileInChunks } from './read-file.ts';

export interface HashedDirectory {
  readonly path: string;
  readonly state_hash: Hash;
  readonly entries: readonly FileEntry[];
  readonly ignored_count: number;
}

/** What a directory would be registered as; nothing is stored. @throws DIRECTORY_*, LIMIT_EXCEEDED */
export async function hashDirectory(path: string): Promise<HashedDirectory> {
  const root = resolveDirectory(path);
  const walked = walkDirectory(root);
  const buffer = new Uint8Array(BLOB_CHUNK_SIZE_BYTES);
  const entries: FileEntry[] = [];
  for (const file of walked.files) {
    const hex = await readFileInChunks(root, file, {
      allocate: (size) => buffer.subarray(0, size),
      onChunk: () => undefined,
    });
    entries.push({ path: file.path, mode: file.mode, size_bytes: file.size_bytes, content_hash: `0x${hex}` as Hash });
  }
  assertUnchanged(root, walked);
  return { path: root, state_hash: stateHashOf(entries), entries, ignored_count: walked.ignored_count };
}
