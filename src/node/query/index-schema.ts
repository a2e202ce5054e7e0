import type { Migration } from '../storage/database.ts';

/** index.db: what finds things by random ids and words. Made from chain.db alone; deleting it loses nothing. */
export const INDEX_MIGRATIONS: readonly Migration[] = [
  `
  -- indexed_height (whole blocks), indexed_offset (transactions of the next one), blue_count, green_count
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

  -- Which transactions touched an environment. version: its Blue version after it.
  CREATE TABLE touches (env_id TEXT NOT NULL, log_index INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (env_id, log_index)) WITHOUT ROWID;

  CREATE TABLE environments (
    env_id TEXT PRIMARY KEY,
    name TEXT,
    archived INTEGER NOT NULL,
    blue_version INTEGER NOT NULL,
    blue_state_hash TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    green_version INTEGER,
    green_state_hash TEXT,
    promoted_at INTEGER,
    checkpoint_version TEXT,
    merged INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX green_environments ON environments (env_id) WHERE green_version IS NOT NULL;

  -- Blocks that each validator sealed, and the time of its newest.
  CREATE TABLE sealed (validator_id TEXT PRIMARY KEY, blocks INTEGER NOT NULL, newest INTEGER NOT NULL) WITHOUT ROWID;

  -- Open ones are found by their expiry, the others by when they ended.
  CREATE TABLE proposals (
    proposal_id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    proposed_at INTEGER NOT NULL,
    closed_at INTEGER
  ) WITHOUT ROWID;
  CREATE INDEX open_proposals ON proposals (expires_at) WHERE status = 'open';
  CREATE INDEX ended_proposals ON proposals (coalesce(closed_at, expires_at));

  CREATE VIRTUAL TABLE words USING fts5 (text, content = '', columnsize = 0, detail = none, tokenize = "unicode61 tokenchars '-_'");
  `,
];

export const INDEX_DATABASE = 'index.db';
