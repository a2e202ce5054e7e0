import { chmodSync, statSync, type Stats } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';
import { storageError } from './storage-errors.ts';

const OTHERS_WRITE = 0o022;
const OTHERS = 0o077;
const PRIVATE_DIRECTORY_MODE = 0o700;

/** Windows keeps user data apart by inheritance, and has no modes. */
const hasModes = process.platform !== 'win32';

/**
 * A data directory is its owner's alone: anyone who could write there could change the code that signs, and anyone who
 * could open its files could hold their locks. What others may only read is closed to them here.
 * @throws DATA_DIR_SHARED where others could write, STORAGE_DENIED where it belongs to another user, STORAGE_FAILED
 */
export function closeToOthers(path: string): void {
  const stats = ownDirectory(path);
  if (stats === null) return;
  if ((stats.mode & OTHERS_WRITE) !== 0) throw sharedDirectory(path, stats);
  if ((stats.mode & OTHERS) !== 0) makePrivate(path);
}

/** As above, and its mode is left alone: it may hold other things that others read. @throws DATA_DIR_SHARED, STORAGE_DENIED, STORAGE_FAILED */
export function assertOursAlone(path: string): void {
  const stats = ownDirectory(path);
  if (stats !== null && (stats.mode & OTHERS_WRITE) !== 0) throw sharedDirectory(path, stats);
}

/** As above, for a directory in which nothing is believed yet: it is closed to others whatever they could do. */
export function claimDirectory(path: string): void {
  const stats = ownDirectory(path);
  if (stats !== null && (stats.mode & OTHERS) !== 0) makePrivate(path);
}

/** Whether the content of a directory can only be from its owner, who runs this program. */
export function isPrivate(path: string): boolean {
  if (!hasModes) return true;
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && stats.uid === process.geteuid?.() && (stats.mode & OTHERS_WRITE) === 0;
}

/** @throws STORAGE_DENIED */
function ownDirectory(path: string): Stats | null {
  if (!hasModes) return null;
  try {
    const stats = statSync(path);
    const user = process.geteuid?.();
    if (stats.uid === user) return stats;
    throw new QuantumLockError(
      'STORAGE_DENIED',
      `permission denied: ${path} belongs to another user (uid ${stats.uid}, not ${user ?? '?'})`,
      { advice: 'Run this as the user whom the directory belongs to, or name one of your own with --data.' },
    );
  } catch (error) {
    throw storageError(path, error);
  }
}

function makePrivate(path: string): void {
  try {
    chmodSync(path, PRIVATE_DIRECTORY_MODE);
  } catch (error) {
    throw storageError(path, error);
  }
}

function sharedDirectory(path: string, stats: Stats): QuantumLockError {
  return new QuantumLockError('DATA_DIR_SHARED', `others can write to ${path} (mode ${octal(stats)})`);
}

function octal({ mode }: Stats): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
