import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemCodeOf } from '../../base/errors.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { copyDurably } from '../data-directory/keep-file.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import { syncDirectory } from '../data-directory/sync-directory.ts';
import { HeadRecordWriter, readHeadRecord } from '../history/head-record.ts';
import { foldLog, keepChainFile, replaceChainFile } from '../storage/chain-file.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import type { ChainEnd } from './backup-format.ts';
import { settleRestore, writeJournal, type SettleOptions } from './restore-journal.ts';

export interface GoLiveOptions extends SettleOptions {
  /** The data directory, whose lock is held. */
  readonly root: string;
  /** What was extracted and verified: a directory beside it. */
  readonly scratch: string;
  readonly end: Pick<ChainEnd, 'hash' | 'pages' | 'values'>;
}

/**
 * Puts the extracted chain into the place of the one that is there. That is kept whole, as a directory beside; the new
 * chain.db takes the old one's name in one step of the file system, so a stop at any moment leaves the one or the other.
 * Returns where the old one is kept, or null where there was none.
 * @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED: then the old one is in place
 */
export async function goLive(options: GoLiveOptions): Promise<string | null> {
  const { root, scratch, end } = options;
  const { chain: directory } = dataPaths(root);
  const live = join(directory, CHAIN_DATABASE);
  const made = join(dataPaths(scratch).chain, CHAIN_DATABASE);
  const hasOld = existsSync(live);
  if (hasOld) settleLog(directory);
  const aside = hasOld ? `${root}.before-restore-${new Date(options.now()).toISOString().replaceAll(':', '')}` : null;
  writeJournal(root, {
    version: 1,
    hash: end.hash,
    pages: end.pages,
    values: end.values,
    scratch: basename(scratch),
    aside: aside === null ? null : basename(aside),
  });
  guardStorage(root, () => {
    if (aside !== null) setAside(root, aside);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const next = `${live}.${randomBytes(6).toString('hex')}.new`;
    moveFile(made, next);
    // A machine that has seen no block of the chain is told of the newest before there is one.
    if (!hasOld && readHeadRecord(directory) === 'missing') copyHeadRecord(scratch, directory);
    replaceChainFile(next, directory);
  });
  await settleRestore(root, options);
  return aside;
}

/** Takes what is in the log of a database into the database, where it can be read at all. */
function settleLog(chainDirectory: string): void {
  try {
    foldLog(chainDirectory);
  } catch {
    // Damaged, or of another version: both files are kept as they are.
  }
}

/** A second name for each file of the old chain: nothing is taken out of its place. */
function setAside(root: string, aside: string): void {
  const { chain, config } = dataPaths(root);
  keepChainFile(chain, join(aside, 'chain'), 'second_name');
  // These are changed where they are: a copy stays as it was.
  const beside = ['head.record', 'signing.log', 'stored.log', 'alerts.log'].map((name) => join(root, name));
  for (const path of [config, ...beside]) if (existsSync(path)) copyDurably(path, join(aside, basename(path)));
  syncDirectory(aside);
  syncDirectory(dirname(aside));
}

function moveFile(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (systemCodeOf(error) !== 'EXDEV') throw error;
    copyDurably(from, to);
  }
}

function copyHeadRecord(scratch: string, chainDirectory: string): void {
  const record = readHeadRecord(dataPaths(scratch).chain);
  if (typeof record === 'string') return;
  const writer = new HeadRecordWriter(chainDirectory);
  try {
    writer.replace(record);
  } finally {
    writer.close();
  }
}
