import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';

/** One step of a schema. Numbered from 1 by its place in the list; never edited once released. */
export type Migration = string;

export interface OpenOptions {
  readonly path: string;
  readonly mode: 'write' | 'read';
  readonly migrations: readonly Migration[];
  /** Data of an older version is not brought up to date, but refused. */
  readonly versionMin?: number;
  /** `FULL`: a commit is on disk when it returns. `NORMAL`: for data that can be rebuilt. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** Kilobytes of SQLite's own page cache. */
  readonly cacheKib?: number;
}

const SYNCHRONOUS_LEVEL = { NORMAL: 1, FULL: 2 } as const;

/**
 * Opens a SQLite database in WAL mode and brings its schema up to date. The synchronous level is set and read back each
 * time, because SQLite does not keep it in the file.
 * @throws DATA_DIR_NEWER, STORAGE_CORRUPT, STORAGE_FULL, STORAGE_FAILED
 */
export function openDatabase(options: OpenOptions): Database.Database {
  return guardStorage(options.path, () => {
    if (options.mode === 'read' && !existsSync(options.path)) {
      throw new QuantumLockError('STORAGE_FAILED', `there is no database at ${options.path}`);
    }
    const database = new Database(options.path, { readonly: options.mode === 'read', timeout: 5_000 });
    try {
      configure(database, options);
      refuseOlder(database, options);
      if (options.mode === 'write') migrate(database, options);
      checkVersion(database, options);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function configure(database: Database.Database, options: OpenOptions): void {
  if (options.mode === 'write') {
    const mode = database.pragma('journal_mode = WAL', { simple: true });
    if (mode !== 'wal')
      throw new QuantumLockError('STORAGE_FAILED', `${options.path} is in journal mode ${String(mode)}, not WAL`);
  }
  database.pragma(`synchronous = ${options.synchronous}`);
  const level = database.pragma('synchronous', { simple: true });
  if (level !== SYNCHRONOUS_LEVEL[options.synchronous]) {
    throw new QuantumLockError('STORAGE_FAILED', `${options.path} did not take synchronous = ${options.synchronous}`);
  }
  database.pragma('foreign_keys = ON');
  database.pragma(`cache_size = -${options.cacheKib ?? 16_384}`);
  database.pragma('wal_autocheckpoint = 4000');
}

function refuseOlder(database: Database.Database, { path, versionMin = 0 }: OpenOptions): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > 0 && version < versionMin)
    throw new QuantumLockError(
      'DATA_DIR_OLDER',
      `${path} has version ${version}; this program reads ${versionMin} and later`,
    );
}

function migrate(database: Database.Database, { migrations }: OpenOptions): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  for (let index = version; index < migrations.length; index++) {
    database.transaction(() => {
      database.exec(migrations[index] as string);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}

function checkVersion(database: Database.Database, { path, migrations }: OpenOptions): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    throw new QuantumLockError(
      'DATA_DIR_NEWER',
      `${path} has schema ${version}; this version knows ${migrations.length}`,
    );
  }
  // Each of our databases has a schema from its first moment on.
  if (version === 0) throw new QuantumLockError('STORAGE_CORRUPT', `${path} is damaged: it holds nothing`);
  if (version < migrations.length)
    throw new QuantumLockError('STORAGE_FAILED', `${path} has the old schema ${version}; open it for writing once`);
}

/** Runs storage work and turns SQLite's and the disk's failures into typed errors. */
export function guardStorage<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageError(what, error);
  }
}

export function storageError(what: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof QuantumLockError) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT')
    return new QuantumLockError('STORAGE_FULL', `no space left for ${what}`, { cause: error });
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new QuantumLockError('STORAGE_CORRUPT', `${what} is damaged: ${error.message}`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM')
    return new QuantumLockError('STORAGE_DENIED', `permission denied: ${what}`, { cause: error });
  if (code === 'EROFS' || code.startsWith('SQLITE_READONLY'))
    return new QuantumLockError('STORAGE_READ_ONLY', `${what} cannot be written: ${error.message}`, { cause: error });
  if (code.startsWith('SQLITE_') || (code.startsWith('E') && 'syscall' in error)) {
    return new QuantumLockError('STORAGE_FAILED', `${what}: ${error.message}`, { cause: error });
  }
  return error;
}
