import { mkdirSync } from 'node:fs';
import { openScratchDirectory } from '../data-directory/scratch-directory.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';

/**
 * A directory in `parent` that is this user's alone, for as long as `work` runs. What processes left there that ended without is
 * removed. `parent`: the system's own folder for temporary files where it is left out.
 * @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED
 */
export async function withScratch<T>(parent: string | undefined, work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = openScratchDirectory(parent);
  const { path } = scratch;
  try {
    guardStorage(path, () => mkdirSync(path, { mode: 0o700 }));
    return await work(path);
  } finally {
    scratch.close();
  }
}
