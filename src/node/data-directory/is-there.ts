import { statSync } from 'node:fs';
import { systemCodeOf } from '../../base/errors.ts';
import { storageError } from './storage-errors.ts';

/** Whether something is at a path. What this user may not look at is not taken for absent. @throws STORAGE_DENIED, STORAGE_FAILED */
export function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw storageError(path, error);
  }
}
