import { storageError as sharedStorageError } from '../storage/database.ts';

/** The `code` of a Node or SQLite error, such as ENOSPC or SQLITE_FULL. */
export function systemCodeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

const CORRUPT = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/** What an error of the disk or of SQLite under the store means; an error of ours stays as it is. */
export function storageError(cause: unknown, doing: string): unknown {
  return cause instanceof Error ? sharedStorageError(`the blob store (${doing})`, cause) : cause;
}

export function isCorruption(error: unknown): boolean {
  const code = systemCodeOf(error);
  return code !== null && (CORRUPT.has(code) || code.startsWith('SQLITE_CORRUPT_'));
}
