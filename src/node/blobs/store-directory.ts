import { assert, defined } from '../../base/assert.ts';
import { isHash, type Hash } from '../../base/bytes.ts';
import { BLOB_CHUNK_SIZE_BYTES, BLOB_INLINE_SIZE_BYTES_MAX, BLOB_RECHECK_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { stateHashOf, type FileEntry } from '../../ledger/log/file-tree.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import type { CachedFile } from './blob-index.ts';
import type { BlobWriter } from './blob-writer.ts';
import { assertApart, assertUnchanged, resolveDirectory, walkDirectory, type WalkedFile } from './directory.ts';
import { assertNothingDoubtful } from './doubtful-files.ts';
import { settledAtNs, settlingDelayMs } from './freshness.ts';
import { readFileInChunks } from './read-file.ts';

export interface StoreProgress {
  readonly files: number;
  /** Null while the directory is still being listed. */
  readonly files_total: number | null;
  readonly bytes: number;
  readonly bytes_total: number | null;
}

export interface StoredDirectory {
  readonly state_hash: Hash;
  /** In the order of paths. */
  readonly entries: readonly FileEntry[];
  readonly size_bytes: number;
  /** Bytes that were read; files that did not change since they were last stored cost only a look at their metadata. */
  readonly bytes_read: number;
  /** Entries left out by the fixed list in directory.ts, or by rules in the directory. */
  readonly ignored_count: number;
  readonly duration_ms: number;
}

/** Files read and hashed, with their hashes in hex; `onContent` comes after the `onChunk`s of its file. */
export interface FileSink {
  readonly onChunk: (hash: string, chunk: Uint8Array) => void;
  readonly onContent: (file: WalkedFile, contentHash: string, chunkHashes: readonly string[]) => void;
}

/** Reads many files at once, on other threads. */
export interface FileReaders {
  /** Called as soon as it is likely that there is much to read: the threads start while the directory is listed. */
  start(): void;
  readAll(root: string, files: readonly WalkedFile[], sink: FileSink, checkCancelled: () => void): Promise<void>;
}

export interface StoreDirectoryOptions {
  readonly writer: BlobWriter;
  readonly readers: FileReaders;
  /** The store's own directory, which cannot be part of what it stores. */
  readonly storeDirectory: string;
  readonly path: string;
  /** Reads every file, and holds what is stored of it against it, however little changed. */
  readonly thorough?: boolean | undefined;
  /** A person has seen which files may be secrets, or cannot be kept elsewhere. */
  readonly acceptDoubtful?: boolean | undefined;
  readonly onProgress: (progress: StoreProgress) => void;
  /** Throws CANCELLED. */
  readonly checkCancelled: () => void;
  /** Unix nanoseconds by the clock that stamps files. */
  readonly clockNs: () => bigint;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/**
 * Stores a directory's content and returns its state hash. All of it is on disk when this returns, or nothing is.
 * @throws DIRECTORY_*, LIMIT_EXCEEDED, CANCELLED, STORAGE_FULL, STORAGE_FAILED
 */
export async function storeDirectory(options: StoreDirectoryOptions): Promise<StoredDirectory> {
  const { writer, onProgress, checkCancelled } = options;
  const startedAt = performance.now();
  const root = resolveDirectory(options.path);
  assertApart(root, options.storeDirectory);
  const cached = options.thorough === true ? new Map<string, CachedFile>() : writer.cachedFiles(root);
  const walked = walkDirectory(root, {
    checkCancelled,
    onFile: (files, bytes) => {
      if (cached.size === 0 && bytes > BLOB_INLINE_SIZE_BYTES_MAX) options.readers.start();
      onProgress({ files, files_total: null, bytes, bytes_total: null });
    },
  });
  /** In hex, by path. */
  const contentHashes = new Map<string, string>();
  const toRead: WalkedFile[] = [];
  // A small directory's stored files are looked at too: registering it again then repairs what was damaged.
  const isChecked = walked.size_bytes <= BLOB_RECHECK_SIZE_BYTES_MAX;
  for (const file of walked.files) {
    const known = cached.get(file.path);
    const isKnown = known?.stamp === file.stamp && (!isChecked || writer.isWhole(known.content_hash));
    if (isKnown) contentHashes.set(file.path, known.content_hash);
    else toRead.push(file);
  }
  // Before anything is written. What is stored already was accepted then.
  if (options.acceptDoubtful !== true) assertNothingDoubtful(root, walked.files, toRead);
  let syncing = Promise.resolve();
  try {
    const remember = await readFiles(root, toRead, contentHashes, walked.size_bytes, options);
    // The disk writes while the directory is looked at again.
    syncing = writer.startSync();
    syncing.catch(() => undefined);
    if (toRead.length > 0) assertUnchanged(root, walked);
    const entries = walked.files.map((file) => entryOf(file, contentHashes));
    const stateHash = stateHashOf(entries);
    checkCancelled();
    const forget = pathsGone(cached, contentHashes);
    await syncing;
    writer.commit(root, stateHash, entries, { remember, forget });
    return {
      state_hash: stateHash,
      entries,
      size_bytes: walked.size_bytes,
      bytes_read: toRead.reduce((sum, file) => sum + file.size_bytes, 0),
      ignored_count: walked.ignored_count,
      duration_ms: performance.now() - startedAt,
    };
  } catch (cause) {
    await syncing.catch(() => undefined);
    writer.rollback();
    throw storageError('the blob store (storing the directory)', cause);
  }
}

/** Reads what is not known, and returns what may be remembered of it. */
async function readFiles(
  root: string,
  toRead: readonly WalkedFile[],
  contentHashes: Map<string, string>,
  sizeBytesTotal: number,
  options: StoreDirectoryOptions,
): Promise<readonly CachedFile[]> {
  const { writer, onProgress, checkCancelled } = options;
  if (toRead.length === 0) return [];
  const delayMs = settlingDelayMs(
    toRead.map((file) => file.changed_ns),
    options.clockNs(),
  );
  if (delayMs > 0) await options.wait(delayMs);
  const readingSinceNs = options.clockNs();

  const sizeToRead = toRead.reduce((sum, file) => sum + file.size_bytes, 0);
  const filesTotal = contentHashes.size + toRead.length;
  let bytes = sizeBytesTotal - sizeToRead;
  const remember: CachedFile[] = [];
  const sink: FileSink = {
    onChunk: (hash, chunk) => {
      writer.addChunk(hash, chunk);
      bytes += chunk.length;
      onProgress({ files: contentHashes.size, files_total: filesTotal, bytes, bytes_total: sizeBytesTotal });
    },
    onContent: (file, content_hash, chunkHashes) => {
      writer.addContent(content_hash, file.size_bytes, chunkHashes);
      contentHashes.set(file.path, content_hash);
      if (settledAtNs(file.changed_ns) <= readingSinceNs)
        remember.push({ path: file.path, stamp: file.stamp, content_hash });
    },
  };
  if (sizeToRead <= BLOB_INLINE_SIZE_BYTES_MAX) await readInline(root, toRead, sink, checkCancelled);
  else await options.readers.readAll(root, toRead, sink, checkCancelled);
  return remember;
}

async function readInline(
  root: string,
  files: readonly WalkedFile[],
  sink: FileSink,
  checkCancelled: () => void,
): Promise<void> {
  const buffer = new Uint8Array(BLOB_CHUNK_SIZE_BYTES);
  for (const file of files) {
    checkCancelled();
    const chunkHashes: string[] = [];
    const contentHash = await readFileInChunks(root, file, {
      allocate: (size) => buffer.subarray(0, size),
      onChunk: (hash, chunk) => {
        chunkHashes.push(hash);
        sink.onChunk(hash, chunk);
      },
    });
    sink.onContent(file, contentHash, chunkHashes);
  }
}

function entryOf(file: WalkedFile, contentHashes: ReadonlyMap<string, string>): FileEntry {
  return {
    path: file.path,
    mode: file.mode,
    size_bytes: file.size_bytes,
    content_hash: decodeHash(defined(contentHashes.get(file.path), 'the hash of a file that was read')),
  };
}

function pathsGone(cached: ReadonlyMap<string, CachedFile>, present: ReadonlyMap<string, string>): readonly string[] {
  return [...cached.keys()].filter((path) => !present.has(path));
}

function decodeHash(hex: string): Hash {
  const hash = `0x${hex}`;
  assert(isHash(hash), 'a content hash is 64 hex digits');
  return hash;
}
