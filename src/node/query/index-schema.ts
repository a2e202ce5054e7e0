import type Database from 'better-sqlite3';
import { openDatabase, type Migration, type OpenOptions } from '../storage/database.ts';

/**
 * index.db: what finds things by random ids and words. Made from chain.db alone; deleting it loses nothing. It only finds:
 * what is shown was read from the chain, and what the state itself lists is in no table here.
 */
const INDEX_MIGRATIONS: readonly Migration[] = [
  // Version 1 held lists that are now read from the state; version 2 did not say which chain it was made from; version 3
  // held other words for some actions; version 4 counted versions, and knew no rollback.
  '',
  '',
  '',
  '',
  `
  -- The newest block that is in the index whole, and its chain: one row, or none before the first.
  CREATE TABLE head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    genesis TEXT NOT NULL,
    height INTEGER NOT NULL,
    hash TEXT NOT NULL,
    log_size INTEGER NOT NULL,
    log_root TEXT NOT NULL
  );

  -- indexed_height (whole blocks), indexed_offset (transactions of the next one)
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE actions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE signers (id INTEGER PRIMARY KEY, public_key TEXT NOT NULL UNIQUE, member_id TEXT NOT NULL);

  CREATE TABLE entries (
    log_index INTEGER PRIMARY KEY,
    height INTEGER NOT NULL,
    time INTEGER NOT NULL,
    action INTEGER NOT NULL,
    signer INTEGER NOT NULL
  );
  CREATE INDEX entries_by_action ON entries (action, log_index);
  CREATE INDEX entries_by_signer ON entries (signer, log_index);

  -- The first 48 bits of a transaction's id; the full id is compared on reading.
  CREATE TABLE ids (prefix INTEGER NOT NULL, log_index INTEGER NOT NULL, PRIMARY KEY (prefix, log_index)) WITHOUT ROWID;
  CREATE TABLE block_hashes (prefix INTEGER NOT NULL, height INTEGER NOT NULL, PRIMARY KEY (prefix, height)) WITHOUT ROWID;

  -- Which transactions changed an environment.
  CREATE TABLE touches (env_id TEXT NOT NULL, log_index INTEGER NOT NULL, PRIMARY KEY (env_id, log_index)) WITHOUT ROWID;
  CREATE INDEX touches_by_log_index ON touches (log_index);

  CREATE VIRTUAL TABLE words USING fts5 (text, content = '', columnsize = 0, detail = none, tokenize = "unicode61 tokenchars '-_'");
  `,
];

const INDEX_VERSION_MIN = 5;

export const INDEX_DATABASE = 'index.db';

/** @throws as {@link openDatabase} */
export function openIndexDatabase(
  path: string,
  { mode, cacheKib }: Pick<OpenOptions, 'mode' | 'cacheKib'>,
): Database.Database {
  return openDatabase({
    path,
    mode,
    migrations: INDEX_MIGRATIONS,
    versionMin: INDEX_VERSION_MIN,
    synchronous: 'NORMAL',
    cacheKib,
  });
}
