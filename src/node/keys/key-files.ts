import { mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import type Database from 'better-sqlite3';

import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { KEY_FILES_LOCK_TIMEOUT_MS } from '../../base/limits.ts';
import { replaceFile } from '../data-directory/durable-files.ts';
import { holdsForeignFiles } from '../data-directory/prepare-data-directory.ts';
import { assertOursAlone, claimDirectory, closeToOthers } from '../data-directory/private-directory.ts';
import { isThere } from '../data-directory/is-there.ts';
import { holdLock } from '../storage/database.ts';
import { guardStorage, storageError } from '../data-directory/storage-errors.ts';

/** In the data directory. */
const KEYS_DIRECTORY = 'keys';
const KEYS_DIRECTORY_MODE = 0o700;

/** For its owner alone: also where it was made with wider rights. @throws DATA_DIR_SHARED, STORAGE_DENIED */
function makeKeysDirectory(directory: string): void {
  if (basename(directory) === KEYS_DIRECTORY) assertOwnersRoot(dirname(directory));
  mkdirSync(directory, { recursive: true, mode: KEYS_DIRECTORY_MODE });
  closeToOthers(directory);
}

/** Anyone who could write next to the keys' directory could replace it. @throws DATA_DIR_SHARED, STORAGE_DENIED */
function assertOwnersRoot(root: string): void {
  mkdirSync(root, { recursive: true, mode: KEYS_DIRECTORY_MODE });
  const isNew = !isThere(join(root, KEYS_DIRECTORY)) && !holdsForeignFiles(root);
  if (isNew) claimDirectory(root);
  else assertOursAlone(root);
}

/** The file's bytes, or null where there is none. @throws STORAGE_DENIED, STORAGE_FAILED */
export function readKeyFile(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return null;
    throw storageError(path, cause);
  }
}

/**
 * Replaces a file in one step: after a crash at any moment it has the old content or the new.
 * @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED, DATA_DIR_SHARED
 */
export function writeKeyFile(path: string, content: Uint8Array | string): void {
  guardStorage(path, () => makeKeysDirectory(dirname(path)));
  replaceFile(path, content);
}

/**
 * Runs `change` (read, change, write) while no other process does. The lock is SQLite's on an empty database: it ends
 * with the process that holds it, however that ends.
 * @throws STORAGE_FAILED where another process holds it for too long
 */
export function withKeyFilesLock<T>(
  keysDirectory: string,
  change: () => T,
  timeoutMs: number = KEY_FILES_LOCK_TIMEOUT_MS,
): T {
  guardStorage(keysDirectory, () => makeKeysDirectory(keysDirectory));
  const lock = lockKeyFiles(keysDirectory, timeoutMs);
  try {
    return change();
  } finally {
    lock.close();
  }
}

function lockKeyFiles(keysDirectory: string, timeoutMs: number): Database.Database {
  const path = join(keysDirectory, 'lock.db');
  try {
    return holdLock(path, timeoutMs);
  } catch (cause) {
    if (systemCodeOf(cause) !== 'SQLITE_BUSY') throw storageError(path, cause);
    throw new QuantumLockError('STORAGE_FAILED', `another process is writing the keys in ${keysDirectory}`, { cause });
  }
}
