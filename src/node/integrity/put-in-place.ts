import type Database from 'better-sqlite3';
import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  closeSync,
  fsyncSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { isThere } from '../data-directory/is-there.ts';
import { guardStorage, isUnreadable } from '../data-directory/storage-errors.ts';
import { syncDirectory } from '../data-directory/sync-directory.ts';
import { CHAIN_DATABASE, CHAIN_MIGRATIONS, CHAIN_VERSION_MIN } from '../storage/chain-schema.ts';
import { openDatabase } from '../storage/database.ts';

/**
 * Puts a made chain.db in the place of the damaged one, which is kept whole in `quarantine`, a directory of its own that is made for
 * it. A stop at any moment leaves the one or the other in its place, each whole: the last step is one rename. The caller holds the
 * data directory's lock.
 * @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_FAILED, DATA_DIR_LOCKED where another program reads and does not let go
 */
export function putInPlace(options: {
  /** The made file. */
  readonly made: string;
  readonly chainDirectory: string;
  readonly quarantine: string;
}): void {
  const { made, chainDirectory, quarantine } = options;
  const path = join(chainDirectory, CHAIN_DATABASE);
  guardStorage(path, () => {
    const isFolded = foldLog(path);
    sync(made);
    mkdirSync(dirname(quarantine), { recursive: true, mode: 0o700 });
    mkdirSync(quarantine, { mode: 0o700 });
    keep(path, join(quarantine, CHAIN_DATABASE));
    if (!isFolded && isThere(`${path}-wal`)) keep(`${path}-wal`, join(quarantine, `${CHAIN_DATABASE}-wal`));
    syncDirectory(quarantine);
    syncDirectory(dirname(quarantine));
    // What it held is kept, and it is left beside no other file: it would be taken for that one's.
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
    renameSync(made, path);
    syncDirectory(chainDirectory);
  });
}

/**
 * Moves what stands in the write-ahead log into the file itself: so it is one file that is kept, and one that is replaced. Returns
 * false where the file cannot be opened any more: then the log is kept beside it.
 */
function foldLog(path: string): boolean {
  let database: Database.Database;
  try {
    database = openDatabase({
      path,
      mode: 'write',
      migrations: CHAIN_MIGRATIONS,
      versionMin: CHAIN_VERSION_MIN,
      synchronous: 'FULL',
    });
  } catch (error) {
    if (isUnreadable(error)) return false;
    throw error;
  }
  try {
    const [result] = database.pragma('wal_checkpoint(TRUNCATE)') as readonly {
      readonly log: number;
      readonly checkpointed: number;
    }[];
    if (result !== undefined && result.log > result.checkpointed)
      throw new QuantumLockError('DATA_DIR_LOCKED', `another program reads ${path}, and does not let go`, {
        advice: 'End what reads the chain (another console, a command), then start the node again.',
      });
    return true;
  } finally {
    database.close();
  }
}

/** The same file under a second name; a copy, where that is on another disk. */
function keep(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINK.has(systemCodeOf(error) ?? '')) throw error;
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    sync(to);
    if (statSync(to).size !== statSync(from).size)
      throw new QuantumLockError('STORAGE_FAILED', `${to} is not the whole copy of ${from}`);
  }
}

/** What a system says that links no files, or not these. */
const NO_LINK: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK', 'ENOSYS', 'EOPNOTSUPP']);

function sync(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
