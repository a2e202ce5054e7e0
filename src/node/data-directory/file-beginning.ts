import { closeSync, openSync, readSync } from 'node:fs';
import { storageError } from './storage-errors.ts';

/** The first bytes of a file, a character each (latin1), and fewer where it ends before. @throws STORAGE_DENIED, STORAGE_FAILED */
export function fileBeginning(path: string, sizeBytes: number): string {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(sizeBytes);
      return bytes.toString('latin1', 0, readSync(file, bytes, 0, sizeBytes, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw storageError(path, error);
  }
}
