import { statfsSync } from 'node:fs';

/** What may still be written to a directory's disk; null where its file system does not say. */
export function freeBytes(directory: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    // Some file systems do not tell; then there is nothing to warn of.
    return null;
  }
}
