import type Database from 'better-sqlite3';
import type { Cell, Row } from './part-rows.ts';
import { TABLES, type ChainTable } from './tables.ts';
import type { RowRange } from './chain-end.ts';

/** Rows that are read at a time: between two readings the writer's log can be taken into the database. */
const ROWS_PER_READ = 2_000;

/** The rows of a range in the order of their keys. */
export function* chainRows(
  database: Database.Database,
  { table, begin, end }: RowRange,
): Generator<Row, void, undefined> {
  const select = selectRows(database, table);
  for (let next = begin; next < end;) {
    const rows = select.all(next, end, ROWS_PER_READ);
    yield* rows;
    const last = rows.at(-1)?.[0];
    if (rows.length < ROWS_PER_READ || typeof last !== 'number') return;
    next = last + 1;
  }
}

function selectRows(
  database: Database.Database,
  table: ChainTable,
): Database.Statement<[number, number, number], Cell[]> {
  const names = TABLES[table].columns.map(({ name }) => name);
  const [key] = names;
  return database
    .prepare<[number, number, number], Cell[]>(
      `SELECT ${names.join(', ')} FROM ${table} WHERE ${key} >= ? AND ${key} < ? ORDER BY ${key} LIMIT ?`,
    )
    .raw();
}
