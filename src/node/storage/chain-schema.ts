import type { Migration } from './database.ts';

/**
 * chain.db: append-only. Every key counts upwards, so that a block of 500 transactions costs the same at a million rows
 * as at a thousand; what must be found by random ids is in index.db, which can be rebuilt.
 */
export const CHAIN_MIGRATIONS: readonly Migration[] = [
  // Versions 1 to 3 were those of the previews.
  '',
  '',
  '',
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  -- header, proof: canonical JSON. roots: per namespace in order, 32 bytes of root and 8 of its page's id.
  -- A block is decided when its row is here. final: 1 from when no other block can take its place, never taken back; its proof
  -- comes with that, or later, and is set once.
  CREATE TABLE blocks (
    height INTEGER PRIMARY KEY,
    header TEXT NOT NULL,
    proof TEXT,
    hash BLOB NOT NULL,
    era INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    first_log_index INTEGER NOT NULL,
    roots BLOB NOT NULL,
    final INTEGER NOT NULL DEFAULT 1
  );
  -- Time never runs backwards within an era.
  CREATE INDEX blocks_by_time ON blocks (era, timestamp);
  CREATE INDEX blocks_by_log_index ON blocks (first_log_index);

  -- Per transaction of the block: 32 bytes of id and 8 of timestamp (big-endian). What the replay window is rebuilt from.
  CREATE TABLE block_ids (height INTEGER PRIMARY KEY, entries BLOB NOT NULL);

  -- The canonical bytes of every transaction: the leaves of the log.
  CREATE TABLE transactions (log_index INTEGER PRIMARY KEY, bytes BLOB NOT NULL);

  -- Full tiles of 256 hashes (C2SP tlog-tiles) and the root over each. id = level * 2^40 + index.
  CREATE TABLE log_tiles (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL, root BLOB NOT NULL);

  CREATE TABLE state_pages (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TABLE state_values (id INTEGER PRIMARY KEY, key TEXT NOT NULL, value BLOB NOT NULL);
  `,
];

export const CHAIN_DATABASE = 'chain.db';

/** Chains of earlier versions were founded by previews: their records lack what rollbacks keep, and other rules hold for them. */
export const CHAIN_VERSION_MIN = 4;
