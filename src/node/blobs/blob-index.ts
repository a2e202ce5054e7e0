import { existsSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';

import { QuantumLockError } from '../../base/errors.ts';
import { BLOB_INDEX_LOCK_TIMEOUT_MS } from '../../base/limits.ts';

/** Where a chunk's bytes stand. */
export interface ChunkRow {
  readonly hash: Buffer;
  readonly pack: number;
  readonly offset: number;
  readonly size: number;
}

/**
 * A file's content of several chunks, or of none: their hashes one after the other, 32 bytes each. A content of one chunk
 * has no row: it is that chunk, under the same hash.
 */
export interface ContentRow {
  readonly content_hash: Buffer;
  readonly size: number;
  readonly chunks: Buffer;
}

export interface ManifestRow {
  readonly state_hash: Buffer;
  /** Canonical JSON of the entries. */
  readonly entries: Buffer;
}

/** A pack and how many of its bytes are committed; what lies behind them was never acknowledged. */
export interface PackRow {
  readonly pack: number;
  readonly size: number;
}

/** What verification found broken and storing the same content again can mend. */
export interface DamagedRow {
  readonly kind: 'chunk' | 'content' | 'manifest';
  readonly hash: Buffer;
}

export interface CachedFile {
  readonly path: string;
  readonly stamp: string;
  /** 64 hex digits. */
  readonly content_hash: string;
}

const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE packs(pack INTEGER PRIMARY KEY, size INTEGER NOT NULL) STRICT;
  CREATE TABLE chunks(
    hash BLOB PRIMARY KEY, pack INTEGER NOT NULL, offset INTEGER NOT NULL, size INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE contents(content_hash BLOB PRIMARY KEY, size INTEGER NOT NULL, chunks BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE manifests(state_hash BLOB PRIMARY KEY, entries BLOB NOT NULL) STRICT;
  CREATE TABLE damaged(kind TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(kind, hash)) STRICT, WITHOUT ROWID;
  CREATE TABLE file_cache(
    directory TEXT NOT NULL, path TEXT NOT NULL, stamp TEXT NOT NULL, content_hash BLOB NOT NULL,
    PRIMARY KEY(directory, path)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

export function indexPathOf(directory: string): string {
  return join(directory, 'index.db');
}

export function packsDirectoryOf(directory: string): string {
  return join(directory, 'packs');
}

/** Opens the index for writing, making it where there is none. @throws STORAGE_FAILED, DATA_DIR_NEWER */
export function openIndexForWriting(directory: string): Database.Database {
  const database = new Database(indexPathOf(directory), { timeout: BLOB_INDEX_LOCK_TIMEOUT_MS });
  try {
    database.pragma('journal_mode = WAL');
    // A WAL database reopens at NORMAL, which loses acknowledged commits when the power fails.
    database.pragma('synchronous = FULL');
    const mode: unknown = database.pragma('journal_mode', { simple: true });
    const synchronous: unknown = database.pragma('synchronous', { simple: true });
    if (mode !== 'wal' || synchronous !== 2) {
      throw new QuantumLockError(
        'STORAGE_FAILED',
        `SQLite keeps journal ${String(mode)}, synchronous ${String(synchronous)}`,
      );
    }
    if (versionOf(database) === 0) database.transaction(() => database.exec(SCHEMA)).immediate();
    assertVersion(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens the index that a writer made. @throws NOT_FOUND, DATA_DIR_NEWER */
export function openIndexForReading(directory: string): Database.Database {
  const path = indexPathOf(directory);
  if (!existsSync(path)) throw new QuantumLockError('NOT_FOUND', `there is no blob store in ${directory}`);
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: BLOB_INDEX_LOCK_TIMEOUT_MS });
  try {
    assertVersion(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function versionOf(database: Database.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

function assertVersion(database: Database.Database): void {
  const version = versionOf(database);
  if (version === SCHEMA_VERSION) return;
  throw new QuantumLockError(
    'DATA_DIR_NEWER',
    `the blob store has version ${version}; this program knows ${SCHEMA_VERSION}`,
  );
}
