import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { openScratchDirectory } from '../data-directory/scratch-directory.ts';
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

/** A directory on the disk of the data directory, for as long as `work` runs. One that a stop left is removed by the next. */
export async function withScratch<T>(dataDirectory: string, work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = openScratchDirectory({
    parent: dirname(dataDirectory),
    prefix: `${basename(dataDirectory)}.scratch-`,
  });
  try {
    return await work(mkdirPrivate(scratch.path));
  } finally {
    scratch.close();
  }
}
