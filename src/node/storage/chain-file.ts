import type Database from 'better-sqlite3';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyDurably, keepFile } from '../data-directory/keep-file.ts';
import { syncDirectory } from '../data-directory/sync-directory.ts';
import { CHAIN_DATABASE, CHAIN_MIGRATIONS, CHAIN_VERSION_MIN } from './chain-schema.ts';
import { openDatabase, type OpenOptions } from './database.ts';

/** How each chain.db is opened. @throws as {@link openDatabase} does */
export function openChainFile(
  chainDirectory: string,
  {
    mode,
    synchronous = 'FULL',
    cacheKib,
  }: { readonly mode: 'read' | 'write' } & Partial<Pick<OpenOptions, 'synchronous' | 'cacheKib'>>,
): Database.Database {
  return openDatabase({
    path: join(chainDirectory, CHAIN_DATABASE),
    mode,
    migrations: CHAIN_MIGRATIONS,
    versionMin: CHAIN_VERSION_MIN,
    synchronous,
    cacheKib,
  });
}

/** What the writer of a chain keeps in memory of its file. */
export const WRITER_CACHE_KIB = 65_536;

/**
 * Moves what is in the write-ahead log into chain.db itself: so it is one file that is kept, and one that is replaced. Returns false
 * where another program reads it and does not let go: then some may still be in the log.
 * @throws where chain.db cannot be opened, or written
 */
export function foldLog(chainDirectory: string): boolean {
  const database = openChainFile(chainDirectory, { mode: 'write' });
  try {
    const [result] = database.pragma('wal_checkpoint(TRUNCATE)') as readonly {
      readonly log: number;
      readonly checkpointed: number;
    }[];
    return result === undefined || result.log <= result.checkpointed;
  } finally {
    database.close();
  }
}

/**
 * Keeps chain.db, and what is still in its log, in a directory that is made for it. `second_name`: for a file that is replaced
 * whole afterwards. `copy`: for one that is changed where it is. Nothing is taken out of its place.
 * @throws EEXIST and others as Node throws them
 */
export function keepChainFile(chainDirectory: string, into: string, how: 'second_name' | 'copy'): void {
  mkdirSync(dirname(into), { recursive: true, mode: 0o700 });
  mkdirSync(into, { mode: 0o700 });
  const keep = how === 'copy' ? copyDurably : keepFile;
  const path = join(chainDirectory, CHAIN_DATABASE);
  keep(path, join(into, CHAIN_DATABASE));
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log !== undefined && log.size > 0) keep(`${path}-wal`, join(into, `${CHAIN_DATABASE}-wal`));
  syncDirectory(into);
  syncDirectory(dirname(into));
}

/**
 * Puts a made chain.db in the place of the one that is there, if there is one. A stop at any moment leaves the one or the other in its
 * place, each whole: the last step is one rename. `made` is on the disk, in the same file system.
 * @throws as Node does
 */
export function replaceChainFile(made: string, chainDirectory: string): void {
  const path = join(chainDirectory, CHAIN_DATABASE);
  // The log of the old file would be taken for one of the new.
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  syncDirectory(chainDirectory);
  renameSync(made, path);
  syncDirectory(chainDirectory);
}
