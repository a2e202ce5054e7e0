import type { Migration } from './database.ts';

/**
 * chain.db: append-only. Every key counts upwards, so that a block of 500 transactions costs the same at a million rows
 * as at a thousand; what must be found by random ids is in index.db, which can be rebuilt.
 */
export const CHAIN_MIGRATIONS: readonly Migration[] = [
  // Versions 1 and 2 were those of the previews.
  '',
  '',
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  -- header, proof: canonical JSON. roots: per namespace in order, 32 bytes of root and 8 of its page's id.
  -- A block is decided when its row is here, and only then sealed: proof is NULL in between, and set once.
  CREATE TABLE blocks (
    height INTEGER PRIMARY KEY,
    header TEXT NOT NULL,
    proof TEXT,
    hash BLOB NOT NULL,
    era INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    first_log_index INTEGER NOT NULL,
    roots BLOB NOT NULL
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
  `
  -- 1 from when no other block can take this one's place; never taken back. Its proof comes with that, or later.
  -- Before, a block was final when it had its proof: the default says so of all of them without writing each row again.
  ALTER TABLE blocks ADD COLUMN final INTEGER NOT NULL DEFAULT 1;
  UPDATE blocks SET final = 0 WHERE height > coalesce(
    (SELECT height FROM blocks WHERE proof IS NOT NULL ORDER BY height DESC LIMIT 1), -1);
  `,
];

export const CHAIN_DATABASE = 'chain.db';

/** Chains of versions 1 and 2 were founded by previews, before signatures were bound to the genesis: other rules hold for them. */
export const CHAIN_VERSION_MIN = 3;

/** From which version on a row says by itself whether its block is final. */
export const CHAIN_VERSION_FINAL = 4;
