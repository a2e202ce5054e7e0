import type Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { systemCodeOf } from '../../base/errors.ts';
import { openChainFile, WRITER_CACHE_KIB } from '../storage/chain-file.ts';
import { invalidBackup } from './backup-format.ts';
import type { Cell } from './part-rows.ts';
import { TABLE_NAMES, TABLES, isChainTable, type ChainTable } from './tables.ts';

/** Fills a new chain.db from the rows of backups. It is on the disk once it was finished. */
export class ChainRowWriter {
  readonly #database: Database.Database;
  readonly #insert: ReadonlyMap<ChainTable, Database.Statement<Cell[]>>;

  /** @throws STORAGE_FULL, STORAGE_FAILED */
  constructor(chainDirectory: string, chainId: string) {
    mkdirSync(chainDirectory, { mode: 0o700 });
    this.#database = openChainFile(chainDirectory, {
      mode: 'write',
      synchronous: 'NORMAL',
      cacheKib: WRITER_CACHE_KIB,
    });
    this.#database.prepare("INSERT INTO meta (key, value) VALUES ('chain_id', ?)").run(chainId);
    this.#insert = new Map(
      TABLE_NAMES.filter(isChainTable).map((table) => {
        const names = TABLES[table].columns.map(({ name }) => name);
        const places = names.map(() => '?').join(', ');
        return [table, this.#database.prepare<Cell[]>(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places})`)];
      }),
    );
  }

  /** The rows of one part, or none of them. @throws BACKUP_INVALID where a row is there twice */
  add(table: ChainTable, rows: Iterable<Cell[]>): void {
    const insert = this.#insert.get(table);
    try {
      this.#database.transaction(() => {
        for (const cells of rows) insert?.run(...cells);
      })();
    } catch (error) {
      if (systemCodeOf(error)?.startsWith('SQLITE_CONSTRAINT') === true)
        throw invalidBackup(table, 'holds a row that is there already', error);
      throw error;
    }
  }

  /** Everything is in chain.db itself, and on the disk. */
  finish(): void {
    this.#database.pragma('synchronous = FULL');
    this.#database.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.#database.close();
  }
}
