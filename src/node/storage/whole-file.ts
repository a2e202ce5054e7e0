import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';

const HEADER_SIZE_BYTES = 100;
const MAGIC = 'SQLite format 3\0';

/**
 * Holds the length of a database file against what its header says. SQLite takes what is missing at the end for zeros,
 * and looks at nothing behind the end. Where a log is next to the file, the end is in the log. The format is that of
 * https://www.sqlite.org/fileformat2.html §1.3.
 * @throws STORAGE_CORRUPT
 */
export function assertWhole(path: string): void {
  if (logSizeOf(path) > 0) return;
  const found = measure(path);
  // A writer may have begun a log, and moved it into the file, in between.
  if (found === null || found.size === found.expected || logSizeOf(path) > 0) return;
  const { size, expected } = found;
  throw new QuantumLockError(
    'STORAGE_CORRUPT',
    `${path} is damaged: it has ${size} bytes, and says that it has ${expected}`,
  );
}

/** Null for a file that is empty, or not SQLite's, or too old to say. */
function measure(path: string): { readonly size: number; readonly expected: number } | null {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(HEADER_SIZE_BYTES);
    const isRead = readSync(file, header, 0, header.length, 0) === header.length;
    // The number of pages counts where it was written by the newest change.
    const isOurs = isRead && header.toString('latin1', 0, MAGIC.length) === MAGIC;
    if (!isOurs || header.readUInt32BE(24) !== header.readUInt32BE(92)) return null;
    const pageSize = header.readUInt16BE(16);
    return { size: fstatSync(file).size, expected: header.readUInt32BE(28) * (pageSize === 1 ? 65_536 : pageSize) };
  } finally {
    closeSync(file);
  }
}

/** Of the write-ahead log, and of the journal that makes a file that has none yet. */
function logSizeOf(path: string): number {
  const sizes = ['-wal', '-journal'].map((end) => statSync(path + end, { throwIfNoEntry: false })?.size ?? 0);
  return Math.max(...sizes);
}
