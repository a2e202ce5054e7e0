import { QuantumLockError } from '../../base/errors.ts';

/** The `code` of a Node or SQLite error, such as ENOSPC or SQLITE_FULL. */
export function systemCodeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);
const CORRUPT = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/** What an error of the disk or of SQLite under the store means; an error of ours stays as it is. */
export function storageError(cause: unknown, doing: string): unknown {
  if (cause instanceof QuantumLockError) return cause;
  const code = systemCodeOf(cause);
  if (code === null) return cause;
  if (FULL.has(code)) return new QuantumLockError('STORAGE_FULL', `the disk is full: ${doing}`, { cause });
  if (isCorruption(cause)) {
    return new QuantumLockError('STORAGE_CORRUPT', `the blob store's index is damaged: ${doing}`, { cause });
  }
  return new QuantumLockError('STORAGE_FAILED', `${doing}: ${code}`, { cause });
}

export function isCorruption(error: unknown): boolean {
  const code = systemCodeOf(error);
  return code !== null && (CORRUPT.has(code) || code.startsWith('SQLITE_CORRUPT_'));
}
