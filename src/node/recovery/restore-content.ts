import { existsSync, renameSync } from 'node:fs';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { indexPathOf } from '../blobs/blob-index.ts';
import { BlobReader } from '../blobs/blob-reader.ts';
import { BlobStore } from '../blobs/blob-store.ts';
import { StoredContent } from '../blobs/stored-content.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { isUnreadable, storageError } from '../data-directory/storage-errors.ts';
import { syncDirectory } from '../data-directory/sync-directory.ts';

export interface RestoreContentOptions {
  readonly root: string;
  readonly scratch: string;
  /** What a store that cannot be read is moved to. */
  readonly aside: string;
  readonly signal?: AbortSignal | undefined;
  readonly report: (done: number, total: number) => void;
}

/**
 * Brings the content of a backup into a data directory. Content is named by its hash, so what is there already stays, what
 * is damaged there is repaired, and a stop in between harms nothing.
 * @throws STORAGE_FULL, STORAGE_FAILED, CANCELLED
 */
export async function restoreContent(options: RestoreContentOptions): Promise<void> {
  const { root, scratch, aside } = options;
  const [from, to] = [dataPaths(scratch).blobs, dataPaths(root).blobs];
  if (!existsSync(indexPathOf(from))) return;
  if (!existsSync(to)) {
    if (tryMove(from, to, root)) return;
  } else if (!isStoreReadable(to)) {
    // Its chain is not touched yet: that this is gone from its place harms nothing that was whole.
    renameSync(to, aside);
    syncDirectory(root);
    if (tryMove(from, to, root)) return;
  }
  await takeOver(from, to, options);
}

/** False where it lies on another file system. */
function tryMove(from: string, to: string, root: string): boolean {
  try {
    renameSync(from, to);
    syncDirectory(root);
    new StoredContent(root).add(stateHashesOf(to));
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EXDEV') return false;
    throw storageError(to, error);
  }
}

function stateHashesOf(directory: string): ReturnType<BlobReader['stateHashes']> {
  const reader = new BlobReader(directory);
  try {
    return reader.stateHashes();
  } finally {
    reader.close();
  }
}

function isStoreReadable(directory: string): boolean {
  if (!existsSync(indexPathOf(directory))) return false;
  try {
    stateHashesOf(directory);
    return true;
  } catch (error) {
    if (isUnreadable(error)) return false;
    throw error;
  }
}

async function takeOver(
  from: string,
  to: string,
  { root, signal, report }: Pick<RestoreContentOptions, 'root' | 'signal' | 'report'>,
): Promise<void> {
  const stateHashes = stateHashesOf(from);
  const store = new BlobStore({ directory: to, stored: new StoredContent(root) });
  try {
    for (const [index, stateHash] of stateHashes.entries()) {
      await takeOne(store, from, stateHash, signal);
      report(index + 1, stateHashes.length);
    }
  } finally {
    await store.close();
  }
}

/** A directory of which the backup has not all is left as it is: the verification told of it. */
async function takeOne(
  store: BlobStore,
  from: string,
  stateHash: ReturnType<BlobReader['stateHashes']>[number],
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await store.importFrom(from, stateHash, signal);
  } catch (error) {
    const isOfBackup = error instanceof QuantumLockError && ['BLOB_MISSING', 'BLOB_CORRUPT'].includes(error.code);
    if (!isOfBackup) throw error;
  }
}
