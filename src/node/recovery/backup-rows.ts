import type Database from 'better-sqlite3';
import type { BackupManifest, ChainEnd } from './backup-format.ts';
import { rowRanges } from './chain-end.ts';
import { chainRows } from './chain-rows.ts';
import type { ContentSource } from './content-rows.ts';
import type { PartBuffers } from './part-buffers.ts';
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
export function* partsOf(
  { database, from, to, content }: RowsToBackUp,
  buffers: PartBuffers,
): Generator<PartBuilder, void, undefined> {
  for (const range of rowRanges(from, to))
    yield* gather({ table: range.table, rows: chainRows(database, range), buffers });
  if (content === null) return;
  const { source } = content;
  yield* gather({ table: 'content_chunks', rows: source.chunks(content.from), buffers });
  yield* gather({ table: 'content_files', rows: source.files(content.from), buffers });
  yield* gather({ table: 'content_directories', rows: source.directories(content.from), buffers });
}

interface Gathered {
  readonly table: TableName;
  readonly rows: Iterable<Row>;
  readonly buffers: PartBuffers;
}

function* gather({ table, rows, buffers }: Gathered): Generator<PartBuilder, void, undefined> {
  let part = new PartBuilder(table, buffers.take());
  for (const row of rows) {
    part.add(row);
    if (!part.isFull) continue;
    yield part;
    part = new PartBuilder(table, buffers.take());
  }
  if (!part.isEmpty) yield part;
}
