import type Database from 'better-sqlite3';
import { join } from 'node:path';
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
