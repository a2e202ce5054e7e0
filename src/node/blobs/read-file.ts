import { createHash, hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

import { QuantumLockError } from '../../base/errors.ts';
import { BLOB_CHUNK_SIZE_BYTES } from '../../base/limits.ts';
import { systemCodeOf } from '../../base/errors.ts';
import { stampOf } from '../data-directory/file-stamp.ts';
import { assertRegular, changed, isGone, symlink, unreadable } from './directory.ts';

export interface ReadableFile {
  readonly path: string;
  readonly size_bytes: number;
  readonly stamp: string;
}

export interface ReadFileOptions {
  /** Room for the next chunk; the reader may have to wait for it. */
  readonly allocate: (sizeBytes: number) => Uint8Array | Promise<Uint8Array>;
  /** `hash`: 64 hex digits, which cross threads and key maps faster than bytes. */
  readonly onChunk: (hash: string, chunk: Uint8Array) => void;
}

// Windows has neither flag; it has no pipes in directories, and makes links only for the privileged.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads one file in chunks and returns the SHA-256 of the whole. It must be, before and after, the file that the walk
 * saw: same size, times, mode and inode. That it still is at its path is for assertUnchanged to see.
 * @throws DIRECTORY_CHANGED, DIRECTORY_SYMLINK, DIRECTORY_FILE_KIND, DIRECTORY_UNREADABLE
 */
export async function readFileInChunks(root: string, file: ReadableFile, options: ReadFileOptions): Promise<string> {
  const handle = openFile(join(root, file.path), file.path);
  try {
    assertStamp(handle, file);
    const contentHash = await readOpenFile(handle, file, options);
    assertStamp(handle, file);
    return contentHash;
  } finally {
    closeSync(handle);
  }
}

/** What keeps the file from being read; where a chunk goes has reasons of its own to fail. */
function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof QuantumLockError || systemCodeOf(cause) === null) throw cause;
    throw isGone(cause) ? changed(path, cause) : unreadable(path, cause);
  }
}

function assertStamp(handle: number, file: ReadableFile): void {
  const stats = reading(file.path, () => fstatSync(handle, { bigint: true }));
  assertRegular(file.path, stats);
  if (stampOf(stats) !== file.stamp) throw changed(file.path);
}

function openFile(absolute: string, path: string): number {
  try {
    return openSync(absolute, OPEN_FLAGS);
  } catch (cause) {
    const code = systemCodeOf(cause);
    if (code === 'ELOOP') throw symlink(path);
    // A socket, or a device without a driver, that took the file's place.
    if (code === 'ENXIO' || code === 'ENODEV') throw changed(path, cause);
    throw isGone(cause) ? changed(path, cause) : unreadable(path, cause);
  }
}

async function readOpenFile(handle: number, file: ReadableFile, options: ReadFileOptions): Promise<string> {
  const whole = file.size_bytes > BLOB_CHUNK_SIZE_BYTES ? createHash('sha256') : null;
  let chunkHash = hash('sha256', '', 'hex');
  for (let position = 0; position < file.size_bytes; position += BLOB_CHUNK_SIZE_BYTES) {
    const size = Math.min(BLOB_CHUNK_SIZE_BYTES, file.size_bytes - position);
    const chunk = await options.allocate(size);
    if (reading(file.path, () => readFully(handle, chunk, position)) !== size) throw changed(file.path);
    chunkHash = hash('sha256', chunk, 'hex');
    whole?.update(chunk);
    options.onChunk(chunkHash, chunk);
  }
  return whole === null ? chunkHash : whole.digest('hex');
}

/** Bytes read: fewer than asked for only at the end of the file. */
function readFully(handle: number, chunk: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < chunk.length) {
    const count = readSync(handle, chunk, filled, chunk.length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
