import { systemCodeOf } from '../../base/errors.ts';
import { isDamageCode, storageError as sharedStorageError } from '../storage/database.ts';

/** What an error of the disk or of SQLite under the store means; an error of ours stays as it is. */
export function storageError(cause: unknown, doing: string): unknown {
  return cause instanceof Error ? sharedStorageError(`the blob store (${doing})`, cause) : cause;
}

export function isCorruption(error: unknown): boolean {
  return isDamageCode(systemCodeOf(error) ?? '');
}
