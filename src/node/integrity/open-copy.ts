import { statSync } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { isThere } from '../data-directory/is-there.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { openReadable } from '../storage/open-readable.ts';
import { ExportedRows, isExport } from './exported-rows.ts';
import { OwnRows } from './own-rows.ts';
import type { OpenedCopy } from './row-copy.ts';

const READ_TIMEOUT_MS = 5_000;

/**
 * A copy of a chain, to take rows from: another data directory or its `chain`, a chain.db, or an exported chain. Nothing of it is
 * believed; it may be damaged, too.
 * @throws INPUT_INVALID where it is none of these, STORAGE_DENIED, STORAGE_FAILED
 */
export async function openCopy(path: string): Promise<OpenedCopy> {
  const database = databaseAt(path);
  if (database !== null) return openDatabaseCopy(database);
  if (isExport(path)) return ExportedRows.open(path);
  throw new QuantumLockError('INPUT_INVALID', `${path} is no copy of a chain`, {
    advice: 'Name another data directory of this chain, a chain.db, or a file of `dm blockchain export`.',
  });
}

function openDatabaseCopy(path: string): OpenedCopy {
  try {
    const database = openReadable(path, READ_TIMEOUT_MS);
    try {
      const rows = new OwnRows(database);
      return {
        name: path,
        header: (height) => rows.header(height),
        proof: (height) => rows.proof(height),
        transaction: (logIndex) => rows.transaction(logIndex),
        close: () => database.close(),
      };
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    const failure = storageError(path, error);
    if (failure instanceof QuantumLockError && failure.code !== 'STORAGE_CORRUPT' && failure.code !== 'STORAGE_FAILED')
      throw failure;
    throw new QuantumLockError('INPUT_INVALID', `${path} cannot be read as a chain: ${failure.message}`, {
      cause: failure,
      advice: 'Name another copy.',
    });
  }
}

/** The chain.db that a path names, or that is below it; null where there is none. @throws INPUT_INVALID where nothing is there */
function databaseAt(path: string): string | null {
  if (isDirectory(path))
    return [join(path, 'chain', CHAIN_DATABASE), join(path, CHAIN_DATABASE)].find((file) => isThere(file)) ?? null;
  return path.endsWith('.db') ? path : null;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT')
      throw new QuantumLockError('INPUT_INVALID', `there is nothing at ${path}`, {
        advice: 'Name a copy that is there.',
      });
    throw storageError(path, error);
  }
}
