/**
 * What a backup holds, as rows: the tables of chain.db, then the content. A key counts upwards; the others are in the order
 * of the columns. Rows stand one after the other: an integer as 8 bytes, big-endian; text (UTF-8) and bytes after their
 * length, 4 bytes, big-endian.
 */

export type ColumnKind = 'integer' | 'text' | 'bytes';

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

export interface Table {
  readonly columns: readonly Column[];
  /** Whether the first column is a key that counts upwards; content is named by its hash. */
  readonly isKeyed: boolean;
  /** Whether no key is left out between the first and the last. */
  readonly isGapless: boolean;
}

const integer = (name: string): Column => ({ name, kind: 'integer' });
const text = (name: string): Column => ({ name, kind: 'text' });
const bytes = (name: string): Column => ({ name, kind: 'bytes' });

const gapless = (...columns: readonly Column[]): Table => ({ columns, isKeyed: true, isGapless: true });
const content = (...columns: readonly Column[]): Table => ({ columns, isKeyed: false, isGapless: false });

/** In the order in which they stand in a backup. */
export const TABLE_NAMES = [
  'blocks',
  'block_ids',
  'transactions',
  'log_tiles',
  'state_pages',
  'state_values',
  'content_chunks',
  'content_files',
  'content_directories',
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

export const TABLES: Readonly<Record<TableName, Table>> = {
  blocks: gapless(
    integer('height'),
    text('header'),
    text('proof'),
    bytes('hash'),
    integer('era'),
    integer('timestamp'),
    integer('first_log_index'),
    bytes('roots'),
  ),
  block_ids: gapless(integer('height'), bytes('entries')),
  transactions: gapless(integer('log_index'), bytes('bytes')),
  log_tiles: {
    columns: [integer('id'), bytes('hashes'), bytes('root')],
    isKeyed: true,
    isGapless: false,
  },
  state_pages: gapless(integer('id'), bytes('bytes')),
  state_values: gapless(integer('id'), text('key'), bytes('value')),
  /** At most a mebibyte of a file, named by its SHA-256. */
  content_chunks: content(bytes('bytes')),
  /** A file of several chunks, or of none: their hashes, 32 bytes each. */
  content_files: content(bytes('content_hash'), integer('size'), bytes('chunks')),
  /** A directory: the list of its files, as canonical JSON. */
  content_directories: content(bytes('state_hash'), bytes('entries')),
};

export type ChainTable = Exclude<TableName, `content_${string}`>;

export function isChainTable(name: TableName): name is ChainTable {
  return !name.startsWith('content_');
}
