import { join } from 'node:path';

import type Database from 'better-sqlite3';

import { QuantumLockError } from '../../base/errors.ts';
import { BLOB_INDEX_LOCK_TIMEOUT_MS } from '../../base/limits.ts';
import { openDatabase, type Migration, type OpenOptions } from '../storage/database.ts';
import { isThere } from '../data-directory/is-there.ts';

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

/** A pack and how many of its bytes are committed; what is behind them was never acknowledged. */
export interface PackRow {
  readonly pack: number;
  readonly size: number;
}

/** What verification found broken and storing the same content again can repair. */
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

const BLOB_INDEX_MIGRATIONS: readonly Migration[] = [
  `
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
  `,
];

export function indexPathOf(directory: string): string {
  return join(directory, 'index.db');
}

export function packsDirectoryOf(directory: string): string {
  return join(directory, 'packs');
}

/**
 * Opens the index for writing, making it where there is none. Its commits are on disk when they return: a database in WAL
 * mode reopens at NORMAL, which loses acknowledged ones when the power fails.
 * @throws STORAGE_CORRUPT, STORAGE_FULL, STORAGE_FAILED, DATA_DIR_NEWER
 */
export function openIndexForWriting(directory: string): Database.Database {
  return open(directory, 'write');
}

/** Opens the index that a writer made. @throws NOT_FOUND, STORAGE_CORRUPT, DATA_DIR_NEWER */
export function openIndexForReading(directory: string): Database.Database {
  if (!isThere(indexPathOf(directory)))
    throw new QuantumLockError('NOT_FOUND', `there is no blob store in ${directory}`);
  return open(directory, 'read');
}

function open(directory: string, mode: OpenOptions['mode']): Database.Database {
  return openDatabase({
    path: indexPathOf(directory),
    mode,
    migrations: BLOB_INDEX_MIGRATIONS,
    synchronous: 'FULL',
    timeoutMs: BLOB_INDEX_LOCK_TIMEOUT_MS,
  });
}
