import Database from 'better-sqlite3';
import { QuantumLockError } from '../../base/errors.ts';

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

const SELECT_SCHEMA = 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name, type';

/** By the statements that make it: what SQLite itself writes down for them. */
const made = new Map<string, readonly SchemaRow[]>();

function schemaMadeBy(migrations: readonly string[]): readonly SchemaRow[] {
  const key = migrations.join('\n--\n');
  const known = made.get(key);
  if (known !== undefined) return known;
  const database = new Database(':memory:');
  try {
    for (const migration of migrations) database.exec(migration);
    const rows = database.prepare<[], SchemaRow>(SELECT_SCHEMA).all();
    made.set(key, rows);
    return rows;
  } finally {
    database.close();
  }
}

/**
 * Holds a database's tables, indexes, views and triggers against those that the program makes, letter by letter. A view
 * in a table's place, or a trigger next to it, would show one thing to one reader and another to the next.
 * @throws STORAGE_CORRUPT
 */
export function assertSchema(database: Database.Database, path: string, migrations: readonly string[]): void {
  const expected = new Map(schemaMadeBy(migrations).map((row) => [row.name, row]));
  for (const row of database.prepare<[], SchemaRow>(SELECT_SCHEMA).all()) {
    const own = expected.get(row.name);
    if (own === undefined)
      throw foreign(path, `the ${row.type} ${quoted(row.name)} is not one that this program makes`);
    if (row.type !== own.type || row.tbl_name !== own.tbl_name || row.sql !== own.sql)
      throw foreign(path, `the ${own.type} ${quoted(row.name)} is not as this program makes it`);
    expected.delete(row.name);
  }
  const [missing] = expected.values();
  if (missing !== undefined) throw foreign(path, `the ${missing.type} ${quoted(missing.name)} is missing`);
  const shared = database
    .prepare<[], string>('SELECT name FROM sqlite_schema WHERE rootpage > 0 GROUP BY rootpage HAVING count(*) > 1')
    .pluck()
    .get();
  if (shared !== undefined) throw foreign(path, `${quoted(shared)} shares its rows with another table`);
}

function foreign(path: string, message: string): QuantumLockError {
  return new QuantumLockError('STORAGE_CORRUPT', `${path}: ${message}`, { context: { place: 'schema' } });
}

/** The name may be a stranger's: shown as a string, and not at any length. */
function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
