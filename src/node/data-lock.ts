import Database from 'better-sqlite3';
import { join } from 'node:path';
import { QuantumLockError } from '../base/errors.ts';

/** Held while a node runs on a data directory; the operating system releases it when the process ends, however it ends. */
export interface DataLock {
  release(): void;
}

/**
 * Takes the directory's lock: an exclusive transaction on a database of its own, which is a lock of the operating
 * system (fcntl or LockFileEx) that no crash leaves behind.
 * @throws DATA_DIR_LOCKED where another process holds it
 */
export function lockDataDirectory(directory: string): DataLock {
  const database = new Database(join(directory, 'node.lock'), { timeout: 0 });
  try {
    database.pragma('journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_BUSY') {
      throw new QuantumLockError('DATA_DIR_LOCKED', `another node runs on ${directory}`, { cause });
    }
    throw new QuantumLockError('STORAGE_FAILED', `the lock of ${directory} cannot be taken: ${String(cause)}`, {
      cause,
    });
  }
  return {
    release() {
      database.close();
    },
  };
}
