import { mkdirSync } from 'node:fs';
import { storageError } from '../data-directory/storage-errors.ts';

/** A new directory that only its owner reads. Returns its path. @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function mkdirPrivate(path: string): string {
  try {
    mkdirSync(path, { mode: 0o700 });
    return path;
  } catch (error) {
    throw storageError(path, error);
  }
}
