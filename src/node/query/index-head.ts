import type Database from 'better-sqlite3';
import { join } from 'node:path';
import { isHash } from '../../base/bytes.ts';
import type { HeadCopy } from '../history/head-copies.ts';
import type { SeenHead } from '../data-directory/seen-head.ts';
import { isThere } from '../data-directory/is-there.ts';
import { isUnreadable, storageError } from '../data-directory/storage-errors.ts';
import { INDEX_DATABASE, openIndexDatabase } from './index-schema.ts';

interface HeadRow {
  readonly genesis: string;
  readonly height: number;
  readonly hash: string;
  readonly log_size: number;
  readonly log_root: string;
}

/** The newest block that an index has seen, as it says; null before the first. */
export function headOfIndex(database: Database.Database): SeenHead | null {
  const row = database.prepare<[], HeadRow>('SELECT genesis, height, hash, log_size, log_root FROM head').get();
  if (row === undefined) return null;
  const { genesis, height, hash, log_size, log_root } = row;
  if (!isHash(genesis) || !isHash(hash) || !isHash(log_root)) return null;
  return { genesis, index: height, hash, log_size, log_root };
}

/**
 * The index of a data directory as what remembers a head of the chain. It is made again where it does not fit, so what it had
 * seen has to be read before that. One that is damaged, or not there, remembers nothing.
 */
export function indexCopy(dataDirectory: string): HeadCopy {
  const path = join(dataDirectory, INDEX_DATABASE);
  return {
    name: INDEX_DATABASE,
    isLasting: false,
    read: () => Promise.resolve(isThere(path) ? readHead(path) : null),
    write: () => Promise.resolve(),
  };
}

function readHead(path: string): SeenHead | null {
  try {
    const database = openIndexDatabase(path, { mode: 'read' });
    try {
      return headOfIndex(database);
    } finally {
      database.close();
    }
  } catch (error) {
    const failure = storageError(path, error);
    // The index thread reports it when it rebuilds the index.
    if (isUnreadable(failure)) return null;
    throw failure;
  }
}
