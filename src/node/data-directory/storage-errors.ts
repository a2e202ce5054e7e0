import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';

/**
 * What a failure of the disk, of its file system or of SQLite means: the one mapping of their codes to errors of ours. An error
 * of ours, and one that comes from neither, stays as it is.
 * @param what the file, by its path where it has one: whether its directory can be written to is then looked at
 */
export function storageError(what: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof QuantumLockError) return error;
  const code = systemCodeOf(error) ?? '';
  const reason = UNCLEAR.test(code) ? whyUnwritable(what) : null;
  if (FULL.has(code) || reason === 'ENOSPC')
    return new QuantumLockError('STORAGE_FULL', `no space left for ${what}`, { cause: error });
  if (isDamage(error)) {
    return new QuantumLockError('STORAGE_CORRUPT', `${what} is damaged: ${error.message}`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM' || reason === 'EACCES')
    return new QuantumLockError('STORAGE_DENIED', `permission denied: ${what}`, { cause: error });
  if (code === 'EROFS' || code.startsWith('SQLITE_READONLY') || reason === 'EROFS')
    return new QuantumLockError('STORAGE_READ_ONLY', `${what} cannot be written: ${error.message}`, { cause: error });
  if (code.startsWith('SQLITE_') || (code.startsWith('E') && 'syscall' in error)) {
    return new QuantumLockError('STORAGE_FAILED', `${what}: ${error.message}`, { cause: error });
  }
  return error;
}

/** Runs storage work and turns SQLite's and the disk's failures into typed errors, as {@link storageError} does. */
export function guardStorage<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageError(what, error);
  }
}

/** Whether SQLite says that a file is not as it was written. */
export function isDamage(error: unknown): boolean {
  const code = systemCodeOf(error) ?? '';
  return code.startsWith('SQLITE_CORRUPT') || DAMAGE.has(code);
}

/** Whether what was to be written found no space. */
export function isFull(error: unknown): boolean {
  return FULL.has(systemCodeOf(error) ?? '');
}

/** Whether a database cannot be read for what it is, and not for what the disk or another process does. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof QuantumLockError && UNREADABLE.has(error.code);
}

/** SHMSIZE: only a full disk keeps a file of 32 KiB from growing. */
const FULL: ReadonlySet<string> = new Set(['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT']);
/** SHORT_READ: the file ends within a page. */
const DAMAGE: ReadonlySet<string> = new Set(['SQLITE_NOTADB', 'SQLITE_IOERR_SHORT_READ']);
/** SQLite says so of a file that could not be made, whatever the reason. */
const UNCLEAR = /^SQLITE_(?:CANTOPEN|IOERR)/;
/** Damage, and the layout of another version: what can be made again is made again then. */
const UNREADABLE: ReadonlySet<string> = new Set(['STORAGE_CORRUPT', 'DATA_DIR_OLDER', 'DATA_DIR_NEWER']);

/** The system's code for why nothing can be written in the place of a file; null where that is not the reason. */
function whyUnwritable(path: string): string | null {
  if (!isAbsolute(path)) return null;
  try {
    accessSync(dirname(path), constants.W_OK);
    const { bavail, files, ffree } = statfsSync(dirname(path));
    return bavail === 0 || (files > 0 && ffree === 0) ? 'ENOSPC' : null;
  } catch (error) {
    return systemCodeOf(error);
  }
}
