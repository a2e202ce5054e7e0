import Database from 'better-sqlite3';
import { readMerged } from './merged-database.ts';
import { systemCodeOf } from '../../base/errors.ts';

/**
 * What SQLite says where it can make no file next to the database: on a read-only mount, a full disk, without inodes.
 */
const CANNOT_WRITE = /^SQLITE_(?:CANTOPEN|READONLY|IOERR|FULL)/;

/**
 * Opens a database in WAL mode for reading, also in a read-only place. To read one next to its writer SQLite keeps an
 * index of the log in a file of its own; where that cannot be made nobody writes either, and the database is read into
 * memory. (SQLite's own way, `immutable=1`, is an URI's, which better-sqlite3 does not take.)
 */
export function openReadable(path: string, timeoutMs: number): Database.Database {
  try {
    return opened(new Database(path, { readonly: true, fileMustExist: true, timeout: timeoutMs }));
  } catch (error) {
    if (!CANNOT_WRITE.test(systemCodeOf(error) ?? '')) throw error;
    return opened(new Database(readMerged(path), { readonly: true }));
  }
}

/** SQLite touches the file at the first statement. */
function opened(database: Database.Database): Database.Database {
  try {
    database.pragma('schema_version');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
