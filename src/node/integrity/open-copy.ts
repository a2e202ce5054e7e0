import { statSync } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { isThere } from '../data-directory/is-there.ts';
import { openScratchDirectory } from '../data-directory/scratch-directory.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { isBackup } from '../inspection/source-kind.ts';
import { NO_KEYS } from '../recovery/encryption.ts';
import { extractBackup } from '../recovery/extract-backup.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { openReadable } from '../storage/open-readable.ts';
import { ExportedRows, isExport } from './exported-rows.ts';
import { OwnRows } from './own-rows.ts';
import type { OpenedCopy } from './row-copy.ts';

const READ_TIMEOUT_MS = 5_000;

/**
 * Copies of a chain, to take rows from: another data directory or its `chain`, a chain.db, an exported chain, or a full backup with
 * the incremental ones that continue it. Nothing of them is believed; they may be damaged, too.
 * @throws INPUT_INVALID where one is none of these, BACKUP_INVALID, BACKUP_BASE_MISSING, BACKUP_KEY_REQUIRED, STORAGE_DENIED, STORAGE_FAILED
 */
export async function openCopies(paths: readonly string[]): Promise<readonly OpenedCopy[]> {
  const copies: OpenedCopy[] = [];
  try {
    const backups = paths.filter((path) => isBackup(path));
    if (backups.length > 0) copies.push(await openBackupCopy(backups));
    for (const path of paths) if (!backups.includes(path)) copies.push(await openCopy(path));
    return copies;
  } catch (error) {
    for (const copy of copies) copy.close();
    throw error;
  }
}

/** What the backups hold, laid out in a folder of its own while the copy is open. */
async function openBackupCopy(files: readonly string[]): Promise<OpenedCopy> {
  const scratch = openScratchDirectory();
  try {
    await extractBackup({ files, into: scratch.path, keys: NO_KEYS, report: () => undefined });
    const copy = openDatabaseCopy(join(dataPaths(scratch.path).chain, CHAIN_DATABASE));
    return {
      ...copy,
      name: files.join(', '),
      close: () => {
        copy.close();
        scratch.close();
      },
    };
  } catch (error) {
    scratch.close();
    throw error;
  }
}

async function openCopy(path: string): Promise<OpenedCopy> {
  const database = databaseAt(path);
  if (database !== null) return openDatabaseCopy(database);
  if (isExport(path)) return ExportedRows.open(path);
  throw new QuantumLockError('INPUT_INVALID', `${path} is no copy of a chain`, {
    advice:
      'Name another data directory of this chain, a chain.db, a file of `dm blockchain export`, or a backup that is not encrypted.',
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
