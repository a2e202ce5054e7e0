import Database from 'better-sqlite3';
import { accessSync, constants } from 'node:fs';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { isThere } from '../data-directory/is-there.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import { openReadable } from './open-readable.ts';
import { assertSchema } from './schema-check.ts';
import { assertWhole } from './whole-file.ts';

/** One step of a schema. Numbered from 1 by its place in the list; never edited once released. */
export type Migration = string;

export interface OpenOptions {
  readonly path: string;
  /** `memory`: nothing is on disk, and `path` is only what it is called. */
  readonly mode: 'write' | 'read' | 'memory';
  readonly migrations: readonly Migration[];
  /** Data of an older version is not brought up to date, but refused. */
  readonly versionMin?: number;
  /** `FULL`: a commit is on disk when it returns. `NORMAL`: for data that can be rebuilt. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** Kilobytes of SQLite's own page cache. */
  readonly cacheKib?: number | undefined;
  /** How long to wait for another process that writes. */
  readonly timeoutMs?: number;
}

const SYNCHRONOUS_LEVEL = { NORMAL: 1, FULL: 2 } as const;
/** How long a statement waits for another process's: a whole block is written in a tenth of a second. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens a SQLite database of ours, in WAL mode, and brings its schema up to date. The file is not trusted: SQLite's own
 * defences are on (better-sqlite3 sets SQLITE_DBCONFIG_DEFENSIVE), and its schema must be what the migrations make, letter
 * by letter. The synchronous level is set and read back each time, because SQLite does not keep it in the file.
 * @throws DATA_DIR_OLDER, DATA_DIR_NEWER, STORAGE_CORRUPT, STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED
 */
export function openDatabase(options: OpenOptions): Database.Database {
  return guardStorage(options.path, () => {
    if (options.mode !== 'memory' && isThere(options.path)) assertWhole(options.path);
    const database = openFile(options);
    try {
      defend(database);
      configure(database, options);
      refuseOlder(database, options);
      if (options.mode !== 'read') migrate(database, options);
      checkVersion(database, options);
      assertSchema(database, options.path, options.migrations.slice(0, versionOf(database)));
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function openFile({ path, mode, timeoutMs = BUSY_TIMEOUT_MS }: OpenOptions): Database.Database {
  switch (mode) {
    case 'write':
      // SQLite opens what it cannot write for reading, and says so at the first block.
      if (isThere(path)) accessSync(path, constants.W_OK);
      return new Database(path, { timeout: timeoutMs });
    case 'memory':
      return new Database(':memory:');
    case 'read':
      if (!isThere(path)) throw new QuantumLockError('STORAGE_FAILED', `there is no database at ${path}`);
      return openReadable(path, timeoutMs);
  }
}

/** Against a file that was made to deceive: https://www.sqlite.org/security.html §1.3. */
function defend(database: Database.Database): void {
  database.pragma('trusted_schema = OFF');
  database.pragma('cell_size_check = ON');
  database.pragma('mmap_size = 0');
}

/**
 * A database that holds nothing, and whose exclusive transaction is a lock: the operating system lets go of it (fcntl or
 * LockFileEx) when the process ends, however it ends. Close it to release it.
 * @throws SQLITE_BUSY as SQLite throws it, where another process holds it
 */
export function holdLock(path: string, timeoutMs: number): Database.Database {
  const database = new Database(path, { timeout: timeoutMs });
  try {
    defend(database);
    database.pragma('journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
    assertSchema(database, path, []);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Makes sure that such a database, where there is one, has nothing in it; one that is held is not looked at. @throws STORAGE_CORRUPT */
export function assertHoldsNothing(path: string): void {
  if (!isThere(path)) return;
  guardStorage(path, () => {
    try {
      const database = openReadable(path, 0);
      try {
        assertSchema(database, path, []);
      } finally {
        database.close();
      }
    } catch (error) {
      if (systemCodeOf(error) !== 'SQLITE_BUSY') throw error;
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

/** The number of migrations that made it. */
export function versionOf(database: Database.Database): number {
  return database.pragma('user_version', { simple: true }) as number;
}

function refuseOlder(database: Database.Database, { path, versionMin = 0 }: OpenOptions): void {
  const version = versionOf(database);
  if (version > 0 && version < versionMin)
    throw new QuantumLockError(
      'DATA_DIR_OLDER',
      `${path} has version ${version}; this program reads ${versionMin} and later`,
    );
}

function migrate(database: Database.Database, { path, migrations }: OpenOptions): void {
  const version = versionOf(database);
  if (version < 0 || (version === 0 && database.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined))
    throw new QuantumLockError('STORAGE_CORRUPT', `${path} is damaged: it has tables, and no version`);
  for (let index = version; index < migrations.length; index++) {
    database.transaction(() => {
      database.exec(migrations[index] as string);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}

function checkVersion(database: Database.Database, { path, migrations }: OpenOptions): void {
  const version = versionOf(database);
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
