import type Database from 'better-sqlite3';
import type { BackupManifest, ChainEnd } from './backup-format.ts';
import { rowRanges } from './chain-end.ts';
import { chainRows } from './chain-rows.ts';
import type { ContentSource } from './content-rows.ts';
import { PartBuilder, type Row } from './part-rows.ts';
import type { TableName } from './tables.ts';

export interface RowsToBackUp {
  readonly database: Database.Database;
  readonly from: ChainEnd | null;
  readonly to: ChainEnd;
  /** Null for a backup without content. */
  readonly content: {
    readonly source: ContentSource;
    readonly from: NonNullable<BackupManifest['content']>['from'];
  } | null;
}

/** All parts of a backup, one at a time. */
export function* partsOf({ database, from, to, content }: RowsToBackUp): Generator<PartBuilder, void, undefined> {
  for (const range of rowRanges(from, to)) yield* gather(range.table, chainRows(database, range));
  if (content === null) return;
  const { source } = content;
  yield* gather('content_chunks', source.chunks(content.from));
  yield* gather('content_files', source.files(content.from));
  yield* gather('content_directories', source.directories(content.from));
}

function* gather(table: TableName, rows: Iterable<Row>): Generator<PartBuilder, void, undefined> {
  let part = new PartBuilder(table);
  for (const row of rows) {
    part.add(row);
    if (!part.isFull) continue;
    yield part;
    part = new PartBuilder(table);
  }
  if (!part.isEmpty) yield part;
}
