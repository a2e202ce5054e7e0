import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { holdLock } from '../storage/database.ts';
import { storageError } from './storage-errors.ts';

export const NODE_LOCK = 'node.lock';
export const CONSOLE_LOCK = 'console.lock';

/** Held while a node runs on a data directory; the operating system releases it when the process ends, however it ends. */
export interface DataLock {
  release(): void;
}

/**
 * Takes the directory's lock: an exclusive transaction on a database of its own, which is a lock of the operating
 * system (fcntl or LockFileEx) that no crash leaves behind.
 * @throws DATA_DIR_LOCKED where another process holds it; STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED
 */
export function lockDataDirectory(directory: string): DataLock {
  return hold(join(directory, NODE_LOCK), `another node runs on ${directory}`);
}

/**
 * Held by what commands reach on the directory's socket, for as long as it runs: it may have no chain open yet.
 * @throws as {@link lockDataDirectory}
 */
export function lockConsole(directory: string): DataLock {
  return hold(join(directory, CONSOLE_LOCK), `another console or node runs on ${directory}`);
}

function hold(path: string, busy: string): DataLock {
  try {
    // A lock file that is there can be held where nothing can be written.
    accessSync(dirname(path), constants.W_OK);
    const database = holdLock(path, 0);
    return { release: () => database.close() };
  } catch (cause) {
    if (systemCodeOf(cause) === 'SQLITE_BUSY') throw new QuantumLockError('DATA_DIR_LOCKED', busy, { cause });
    throw storageError(path, cause);
  }
}

/** Whether nobody holds the lock just now. @throws as {@link lockDataDirectory} */
export function isDataDirectoryFree(directory: string): boolean {
  try {
    lockDataDirectory(directory).release();
    return true;
  } catch (error) {
    if (error instanceof QuantumLockError && error.code === 'DATA_DIR_LOCKED') return false;
    throw error;
  }
}
