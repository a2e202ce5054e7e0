import { closeSync, constants, copyFileSync, fsyncSync, linkSync, openSync, statSync } from 'node:fs';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';

/**
 * The same file under a second name; a copy that is on the disk when the call returns, where the file system has no second names
 * or the place is on another one.
 * @throws STORAGE_FAILED where the copy is not whole, and others as Node throws them
 */
export function keepFile(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINK.has(systemCodeOf(error) ?? '')) throw error;
    copyDurably(from, to);
    if (statSync(to).size !== statSync(from).size)
      throw new QuantumLockError('STORAGE_FAILED', `${to} is not the whole copy of ${from}`);
  }
}

/** What a system says that links no files, or not these. */
const NO_LINK: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK', 'ENOSYS', 'EOPNOTSUPP']);

/** A copy of the file as it is now, which is on the disk when the call returns. @throws as Node does */
export function copyDurably(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  syncFile(to);
}

/** What was written of a file is on the disk when the call returns. @throws as Node does */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
