import { constants, lstatSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { indexPathOf, packsDirectoryOf } from '../blobs/blob-index.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import type { Laying, LaidOut } from './laid-out.ts';
import type { InspectionSource } from './source-kind.ts';
import { verifyLaidOut } from './verify-laid-out.ts';

/** Copies that a node changed while they were made, at most: it is busy then, and a backup is the way. */
const COPIES_MAX = 3;

/** What tells which blocks were seen of the chain, and which content was stored: small files beside it. */
const NOTES = ['head.record', 'signing.log', 'stored.log'];

/**
 * Copies a chain, with what was noted of it and the index of its content, and verifies the copy. The source is only read, file
 * by file: SQLite would make or change files beside a database that it opens. Stored content is not copied but linked to: each
 * read of it is checked against its hash.
 * @throws CHAIN_INVALID where the chain does not verify; DATA_DIR_LOCKED where it changes all the while; STORAGE_FULL, STORAGE_DENIED
 */
export async function copyDataDirectory(source: InspectionSource, root: string, laying: Laying): Promise<LaidOut> {
  const { path, chainDirectory, kind } = source;
  const to = dataPaths(root);
  await mkdir(to.chain, { recursive: true, mode: 0o700 });
  await copyDatabase(join(chainDirectory ?? path, CHAIN_DATABASE), join(to.chain, CHAIN_DATABASE));
  if (kind === 'data_directory') {
    for (const name of NOTES) await copyIfThere(join(path, name), join(root, name));
    await linkContent(dataPaths(path).blobs, to.blobs);
  }
  return { ...(await verifyLaidOut(to.chain, laying)), backups: [] };
}

/** A database and its log, as they were at one moment. */
async function copyDatabase(from: string, to: string): Promise<void> {
  for (let copies = 1; ; copies++) {
    const before = stateOf(from);
    for (const end of ['', '-wal']) await copyIfThere(from + end, to + end);
    if (stateOf(from) === before) return;
    if (copies === COPIES_MAX)
      throw new QuantumLockError('DATA_DIR_LOCKED', `a node writes to ${from} while it is read`, {
        advice: 'Make a backup with that node and inspect the backup, or stop the node for a moment.',
      });
  }
}

/** Changes with every change of the database or its log. */
function stateOf(path: string): string {
  return ['', '-wal']
    .map((end) => lstatSync(path + end, { throwIfNoEntry: false, bigint: true }))
    .map((stats) => (stats === undefined ? 'none' : `${stats.ino} ${stats.size} ${stats.mtimeNs}`))
    .join();
}

/** @throws INPUT_INVALID where it is a link or a device: what is inspected is what lies there */
async function copyIfThere(from: string, to: string): Promise<void> {
  const stats = lstatSync(from, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isFile()) throw new QuantumLockError('INPUT_INVALID', `${from} is not a regular file`);
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    throw storageError(to, error);
  }
}

async function linkContent(from: string, to: string): Promise<void> {
  const packs = packsDirectoryOf(from);
  const index = indexPathOf(from);
  if (lstatSync(index, { throwIfNoEntry: false }) === undefined) return;
  await mkdir(packsDirectoryOf(to), { recursive: true, mode: 0o700 });
  await copyDatabase(index, indexPathOf(to));
  if (lstatSync(packs, { throwIfNoEntry: false }) === undefined) return;
  for (const entry of readdirSync(packs, { withFileTypes: true }))
    if (entry.isFile()) await symlink(join(packs, entry.name), join(packsDirectoryOf(to), entry.name));
}
