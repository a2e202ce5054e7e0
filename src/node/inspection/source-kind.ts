import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { InspectionView } from '../../api/operator/inspection.ts';
import { CHAIN_FILE_BEGINNING_SIZE_BYTES, chainFileKind } from '../../base/chain-file-beginnings.ts';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { fileBeginning } from '../data-directory/file-beginning.ts';
import { holdsChain } from '../data-directory/holds-chain.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { isThere } from '../data-directory/is-there.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';

/** What somebody wants to look at, recognised by what it begins with, not by its name. */
export interface InspectionSource {
  readonly kind: InspectionView['kind'];
  /** As it was named, without links. */
  readonly path: string;
  readonly name: string;
  /** Where chain.db lies, for a directory that has one. */
  readonly chainDirectory: string | null;
}

const SQLITE_MAGIC = 'SQLite format 3\0';

/** @throws FILE_UNKNOWN where it is nothing that can be inspected; INPUT_INVALID, STORAGE_DENIED */
export function recogniseSource(path: string): InspectionSource {
  const real = realPathOf(path);
  const named = { path: real, name: basename(real) };
  const stats = statSync(real);
  if (stats.isDirectory()) {
    if (holdsChain(real)) return { kind: 'data_directory', ...named, chainDirectory: join(real, 'chain') };
    if (isThere(join(real, CHAIN_DATABASE))) return { kind: 'chain_directory', ...named, chainDirectory: real };
    throw unknown(`${path} holds no chain`);
  }
  if (!stats.isFile()) throw unknown(`${path} is neither a file nor a directory`);
  const start = fileBeginning(real, CHAIN_FILE_BEGINNING_SIZE_BYTES);
  const kind = chainFileKind(start);
  if (kind !== null) return { kind, ...named, chainDirectory: null };
  if (start.startsWith(SQLITE_MAGIC) && named.name === CHAIN_DATABASE)
    return { kind: 'chain_directory', ...named, chainDirectory: dirname(real) };
  throw unknown(`${path} is not a backup, an exported chain or a data directory`);
}

/** Whether a path is a file that begins as a backup does. @throws INPUT_INVALID where nothing is there, STORAGE_DENIED */
export function isBackup(path: string): boolean {
  const real = realPathOf(path);
  return statSync(real).isFile() && chainFileKind(fileBeginning(real, CHAIN_FILE_BEGINNING_SIZE_BYTES)) === 'backup';
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT' || systemCodeOf(cause) === 'ENOTDIR')
      throw new QuantumLockError('INPUT_INVALID', `there is no file or directory ${path}`, { cause });
    throw storageError(path, cause);
  }
}

function unknown(message: string): QuantumLockError {
  return new QuantumLockError('FILE_UNKNOWN', message);
}
