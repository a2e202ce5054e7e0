import type Database from 'better-sqlite3';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { openDatabase, storageError } from '../storage/database.ts';
import { Indexer, prefixOf } from './indexer.ts';
import { INDEX_DATABASE, INDEX_MIGRATIONS, INDEX_VERSION_MIN } from './index-schema.ts';

/** What an index is made again for: damage, and the layout of an earlier version. */
const REMADE: ReadonlySet<string> = new Set(['STORAGE_CORRUPT', 'DATA_DIR_OLDER']);

export interface OpenedIndex {
  readonly database: Database.Database;
  readonly indexer: Indexer;
  /** The height of an index that had seen more blocks than the chain has; else null. */
  readonly aheadHeight: number | null;
  /** Why what was there was not this chain's index, where that is worth telling; else null. */
  readonly foreign: string | null;
}

/** What keeps an index from being written where it belongs: then it is made in memory, and reading goes on. */
const UNWRITABLE: ReadonlySet<string> = new Set([
  'STORAGE_FULL',
  'STORAGE_READ_ONLY',
  'STORAGE_DENIED',
  'STORAGE_FAILED',
]);

export function isUnwritable(error: unknown): boolean {
  return error instanceof QuantumLockError && UNWRITABLE.has(error.code);
}

/**
 * Opens the index beside its chain. It is made from the chain alone: one that is damaged, or that was made from
 * another chain, is made anew, and nothing is lost. Where it cannot be written, it is made in memory.
 */
export function openIndex(directory: string, chain: ChainReader): OpenedIndex {
  try {
    return openOnDisk(join(directory, INDEX_DATABASE), chain);
  } catch (error) {
    const failure = storageError(join(directory, INDEX_DATABASE), error);
    if (!isUnwritable(failure)) throw failure;
    return openInMemory(chain);
  }
}

export function openInMemory(chain: ChainReader): OpenedIndex {
  return { ...open(INDEX_DATABASE, 'memory', chain), aheadHeight: null, foreign: null };
}

function openOnDisk(path: string, chain: ChainReader): OpenedIndex {
  try {
    const opened = open(path, 'write', chain);
    if (follows(opened, chain)) return { ...opened, aheadHeight: null, foreign: null };
    const { height } = opened.indexer;
    opened.database.close();
    remove(path);
    // A block that waits for its seal is there, although the chain ends before it.
    const isAhead = height > chain.height() && chain.blockRow(height) === undefined;
    const foreign = height > chain.height() ? null : `it was of another chain, or of another block ${height}`;
    return { ...open(path, 'write', chain), aheadHeight: isAhead ? height : null, foreign };
  } catch (error) {
    const failure = storageError(path, error);
    if (!(failure instanceof QuantumLockError) || !REMADE.has(failure.code)) throw failure;
    remove(path);
    const foreign = failure.code === 'STORAGE_CORRUPT' ? failure.message : null;
    return { ...open(path, 'write', chain), aheadHeight: null, foreign };
  }
}

/** Makes a damaged index anew while the chain stays open. */
export function remakeIndex(directory: string, chain: ChainReader, damaged: Database.Database): OpenedIndex {
  damaged.close();
  remove(join(directory, INDEX_DATABASE));
  return openIndex(directory, chain);
}

/** Whether it is the index that an error of SQLite's speaks of, and not the chain beside it. */
export function isIndexDamage(database: Database.Database, error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  // The virtual table of words is the index's alone.
  if (code === 'SQLITE_CORRUPT_VTAB') return true;
  if (typeof code !== 'string' || (!code.startsWith('SQLITE_CORRUPT') && code !== 'SQLITE_NOTADB')) return false;
  try {
    return database.pragma('quick_check(1)', { simple: true }) !== 'ok';
  } catch {
    // It cannot even be checked.
    return true;
  }
}

function open(path: string, mode: 'write' | 'memory', chain: ChainReader): Pick<OpenedIndex, 'database' | 'indexer'> {
  const database = openDatabase({
    path,
    mode,
    migrations: INDEX_MIGRATIONS,
    versionMin: INDEX_VERSION_MIN,
    synchronous: 'NORMAL',
    cacheKib: 65_536,
  });
  try {
    return { database, indexer: new Indexer(database, chain) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Whether the block that the index ends at is this chain's block of that height. */
function follows({ database, indexer }: Pick<OpenedIndex, 'database' | 'indexer'>, chain: ChainReader): boolean {
  const { height } = indexer;
  if (height < 0) return true;
  if (height > chain.height()) return false;
  const prefix = prefixOf(Buffer.from(chain.block(height).hash.slice(2), 'hex'));
  return (
    database.prepare('SELECT 1 FROM block_hashes WHERE prefix = ? AND height = ?').get(prefix, height) !== undefined
  );
}

function remove(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) rmSync(path + suffix);
}
