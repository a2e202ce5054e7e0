import type Database from 'better-sqlite3';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { decodeHex } from '../../base/bytes.ts';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { askPresentChain } from '../history/present-chain.ts';
import { isMisfit } from '../storage/block-check.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { isDamage, isUnreadable, storageError } from '../data-directory/storage-errors.ts';
import { headOfIndex } from './index-head.ts';
import { Indexer, prefixOf } from './indexer.ts';
import { INDEX_DATABASE, openIndexDatabase } from './index-schema.ts';

export interface OpenedIndex {
  readonly database: Database.Database;
  readonly indexer: Indexer;
  /** Why what was there was not this chain's index, where that is worth telling; else null. */
  readonly foreign: string | null;
}

/** What keeps an index from being written where it belongs: then it is made in memory, and reading continues. */
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
 * Opens the index next to its chain. It is made from the chain alone: one that is damaged, or that was made from
 * another chain, is rebuilt, and nothing is lost. Where it cannot be written, it is made in memory.
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
  return { ...open(INDEX_DATABASE, 'memory', chain), foreign: null };
}

function openOnDisk(path: string, chain: ChainReader): OpenedIndex {
  try {
    const opened = open(path, 'write', chain);
    const foreign = differenceOf(opened, chain);
    if (foreign === null && opened.indexer.height <= chain.height()) return { ...opened, foreign };
    opened.database.close();
    remove(path);
    return { ...open(path, 'write', chain), foreign };
  } catch (error) {
    // The chain is damaged, and not its index: that stays as it is, for when the chain is whole again.
    if (isMisfit(error)) return openInMemory(chain);
    const failure = storageError(path, error);
    if (!isUnreadable(failure)) throw failure;
    remove(path);
    return { ...open(path, 'write', chain), foreign: failure.message };
  }
}

/** Rebuilds a damaged index while the chain stays open. */
export function remakeIndex(directory: string, chain: ChainReader, damaged: Database.Database): OpenedIndex {
  damaged.close();
  removeIndex(directory);
  return openIndex(directory, chain);
}

/** Whether it is the index that an error of SQLite's speaks of, and not the chain next to it. */
export function isIndexDamage(database: Database.Database, error: unknown): boolean {
  // The virtual table of words is the index's alone.
  if (systemCodeOf(error) === 'SQLITE_CORRUPT_VTAB') return true;
  if (!isDamage(error)) return false;
  try {
    return database.pragma('quick_check(1)', { simple: true }) !== 'ok';
  } catch {
    // It cannot even be checked.
    return true;
  }
}

function open(path: string, mode: 'write' | 'memory', chain: ChainReader): Pick<OpenedIndex, 'database' | 'indexer'> {
  const database = openIndexDatabase(path, { mode, cacheKib: 65_536 });
  try {
    return { database, indexer: new Indexer(database, chain) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What keeps an index from being this chain's, or null. The block that it ends at may have lost its seal: it waits for it then. */
function differenceOf(
  { database, indexer }: Pick<OpenedIndex, 'database' | 'indexer'>,
  chain: ChainReader,
): string | null {
  const seen = headOfIndex(database);
  const { height } = indexer;
  if (height < 0 && seen === null) return null;
  if (seen?.index !== height) return `it has block ${height}, and says that it ends at ${seen?.index ?? 'none'}`;
  return askPresentChain(chain, (present) => {
    if (seen.genesis !== present.genesis) return 'it was of another chain';
    const hash = present.hashAt(height);
    if (hash === null) return `it had seen block ${height}, and the chain ends at block ${present.height}`;
    if (hash !== seen.hash) return `it was of another block ${height}`;
    return isWhole(database, chain, height) ? null : `block ${height} is not found by its hash`;
  });
}

function isWhole(database: Database.Database, chain: ChainReader, height: number): boolean {
  if (height > chain.height()) return true;
  const prefix = prefixOf(decodeHex(chain.block(height).hash));
  return (
    database.prepare('SELECT 1 FROM block_hashes WHERE prefix = ? AND height = ?').get(prefix, height) !== undefined
  );
}

/** @throws STORAGE_FAILED where something holds it open that does not let go */
export function removeIndex(directory: string): void {
  const path = join(directory, INDEX_DATABASE);
  try {
    remove(path);
  } catch (error) {
    throw storageError(path, error);
  }
}

function remove(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) rmSync(path + suffix);
}
