import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

import Database from 'better-sqlite3';

import type { SeededRandom } from './seeded-random.ts';

/** One cell of one row. */
export interface Cell {
  readonly table: string;
  readonly column: string;
  /** The row's primary key, as a literal of SQL and for a person. */
  readonly literal: string;
  readonly key: string;
}

export interface Flip {
  readonly table: string;
  readonly column: string;
  readonly key: string;
  readonly detail: string;
}

interface Column {
  readonly name: string;
  readonly pk: number;
}

/** Any column of any row of a table. */
export function randomCell(database: Database.Database, table: string, random: SeededRandom): Cell {
  const columns = database.pragma(`table_info(${table})`) as readonly Column[];
  const primary = columns.find(({ pk }) => pk === 1)?.name ?? 'rowid';
  const keys = database
    .prepare<[], { literal: string; key: string }>(
      `SELECT quote(${primary}) AS literal, CAST(${primary} AS TEXT) AS key FROM ${table}`,
    )
    .all();
  const { literal, key } = random.pick(keys);
  return { table, column: random.pick(columns).name, literal, key };
}

/** Changes one byte of a cell: of its text or blob, or of the eight of its integer. Keeps its type. */
export function flipCell(database: Database.Database, cell: Cell, random: SeededRandom): Flip {
  const { table, column, literal } = cell;
  const primary =
    (database.pragma(`table_info(${table})`) as readonly Column[]).find(({ pk }) => pk === 1)?.name ?? 'rowid';
  const where = `WHERE ${primary} = ${literal}`;
  const type = database.prepare<[], string>(`SELECT typeof(${column}) FROM ${table} ${where}`).pluck().get();
  const mask = random.between(1, 255);
  if (type === 'integer') {
    const before = BigInt(
      database.prepare<[], bigint>(`SELECT ${column} FROM ${table} ${where}`).pluck().safeIntegers().get() ?? 0n,
    );
    const byte = random.below(8);
    const after = BigInt.asIntN(64, before ^ (BigInt(mask) << BigInt(byte * 8)));
    const { changes } = database.prepare(`UPDATE OR IGNORE ${table} SET ${column} = ? ${where}`).run(after);
    // Where that is another row's key, it cannot be stored: another bit then.
    if (changes === 0) return flipCell(database, cell, random);
    return { ...cell, detail: `${before} to ${after}` };
  }
  const bytes = database.prepare<[], Buffer>(`SELECT CAST(${column} AS BLOB) FROM ${table} ${where}`).pluck().get();
  if (bytes === undefined || bytes.length === 0)
    throw new Error(`${table}.${column} of ${cell.key} holds no byte to flip`);
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ mask;
  database
    .prepare(`UPDATE ${table} SET ${column} = CAST(? AS ${type === 'text' ? 'TEXT' : 'BLOB'}) ${where}`)
    .run(bytes);
  return { ...cell, detail: `byte ${at} ^ ${mask}` };
}

/** Changes one byte of a file, and returns where. */
export function flipFileByte(
  path: string,
  random: SeededRandom,
  range: { readonly begin?: number; readonly end?: number } = {},
): number {
  const file = openSync(path, 'r+');
  try {
    const begin = range.begin ?? 0;
    const offset = begin + random.below((range.end ?? fstatSync(file).size) - begin);
    const byte = new Uint8Array(1);
    readSync(file, byte, 0, 1, offset);
    byte[0] = (byte[0] ?? 0) ^ random.between(1, 255);
    writeSync(file, byte, 0, 1, offset);
    return offset;
  } finally {
    closeSync(file);
  }
}

const TABLES = ['meta', 'blocks', 'block_ids', 'transactions', 'log_tiles', 'state_pages', 'state_values'];
/** What is read through the indexes; the columns are those that they hold. */
const INDEXES = [
  'SELECT timestamp, height FROM blocks INDEXED BY blocks_by_time ORDER BY timestamp, height',
  'SELECT first_log_index, height FROM blocks INDEXED BY blocks_by_log_index ORDER BY first_log_index, height',
];

/** Everything that chain.db tells whoever reads it, types included; or the error that reading ends in. */
export function logicalContent(path: string): string {
  let database: Database.Database | null = null;
  try {
    database = new Database(path, { readonly: true });
    const rows: unknown[] = [];
    for (const table of TABLES) {
      const columns = (database.pragma(`table_info(${table})`) as readonly Column[]).map(
        ({ name }) => `quote(${name}), typeof(${name})`,
      );
      rows.push(
        table,
        database
          .prepare(`SELECT ${columns.join(', ')} FROM ${table} NOT INDEXED ORDER BY 1`)
          .raw()
          .all(),
      );
    }
    for (const query of INDEXES) rows.push(database.prepare(query).raw().all());
    return JSON.stringify(rows);
  } catch (error) {
    return String(error);
  } finally {
    database?.close();
  }
}
