import { randomBytes } from 'node:crypto';
import {
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { FileEntry } from '../../ledger/log/file-tree.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { systemCodeOf } from '../../base/errors.ts';
import type { BlobReader } from './blob-reader.ts';
import { assertApart } from './directory.ts';

export interface CheckoutOptions {
  readonly store: BlobReader;
  readonly stateHash: Hash;
  readonly target: string;
  /** The node's own, which nothing is written into. */
  readonly dataDirectory: string;
  /** Puts it in the place of a directory that is not empty, which is kept next to it under another name. */
  readonly replace: boolean;
  readonly onProgress?: (files: number, total: number) => void;
}

export interface CheckedOut {
  readonly path: string;
  readonly file_count: number;
  readonly size_bytes: number;
  /** Where the directory is that was there before; null where none was, or an empty one. */
  readonly kept: string | null;
}

/**
 * Writes a version's files into a new directory. Each is verified as it is written, next to the target; only the whole
 * of it is put in the target's place, in one step. Files are made new and never through a link, so nothing outside is
 * written.
 * @throws CONTENT_LOST, BLOB_CORRUPT, BLOB_MISSING, CHECKOUT_REFUSED, STORAGE_FULL, STORAGE_FAILED
 */
export async function checkOut(options: CheckoutOptions): Promise<CheckedOut> {
  const { store, stateHash, replace } = options;
  const entries = store.manifest(stateHash);
  if (entries === null) throw new QuantumLockError('CONTENT_LOST', `the files of ${stateHash} are not stored here`);
  const target = targetOf(options);
  const present = contentOfTarget(target);
  if (present === 'filled' && !replace) throw new QuantumLockError('CHECKOUT_REFUSED', `${target} is not empty`);
  const suffix = randomBytes(4).toString('hex');
  const staged = join(dirname(target), `.${basename(target)}.checkout-${suffix}`);
  try {
    mkdirSync(staged, { mode: 0o755 });
    for (const [place, entry] of entries.entries()) {
      await writeFile(store, staged, entry);
      options.onProgress?.(place + 1, entries.length);
    }
    const kept = present === 'filled' ? `${target}.before-${suffix}` : null;
    if (kept !== null) renameSync(target, kept);
    if (present === 'empty') rmdirSync(target);
    renameSync(staged, target);
    const size = entries.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
    return { path: target, file_count: entries.length, size_bytes: size, kept };
  } catch (cause) {
    rmSync(staged, { recursive: true, force: true });
    throw storageError(`the blob store (writing ${target})`, cause);
  }
}

/** Real up to its parent, which must be there; the target itself is not a link. */
function targetOf({ target, dataDirectory }: CheckoutOptions): string {
  const wanted = resolve(target);
  let parent: string;
  try {
    parent = realpathSync(dirname(wanted));
  } catch (cause) {
    throw new QuantumLockError('CHECKOUT_REFUSED', `${dirname(wanted)} is not there`, { cause });
  }
  const path = join(parent, basename(wanted));
  if (path === parent || basename(wanted) === '')
    throw new QuantumLockError('CHECKOUT_REFUSED', `${wanted} cannot be replaced`);
  assertApart(path, existsSync(dataDirectory) ? realpathSync(dataDirectory) : resolve(dataDirectory));
  return path;
}

function contentOfTarget(target: string): 'none' | 'empty' | 'filled' {
  const stats = lstatSync(target, { throwIfNoEntry: false });
  if (stats === undefined) return 'none';
  if (!stats.isDirectory()) throw new QuantumLockError('CHECKOUT_REFUSED', `${target} is not a directory`);
  return readdirSync(target).length === 0 ? 'empty' : 'filled';
}

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

async function writeFile(
  store: BlobReader,
  root: string,
  { path, mode, content_hash, size_bytes }: FileEntry,
): Promise<void> {
  const absolute = join(root, ...path.split('/'));
  mkdirSync(dirname(absolute), { recursive: true, mode: 0o755 });
  let size = 0;
  const file = await open(absolute, FLAGS, mode).catch((cause: unknown) => {
    if (systemCodeOf(cause) !== 'EEXIST') throw cause;
    throw new QuantumLockError('CHECKOUT_REFUSED', `${JSON.stringify(path)} has the name of another file here`, {
      advice: 'This file system does not tell the two names apart: check it out on another one.',
    });
  });
  try {
    for await (const chunk of store.chunks(content_hash)) {
      await file.writeFile(chunk);
      size += chunk.length;
    }
    await file.chmod(mode);
  } finally {
    await file.close();
  }
  if (size !== size_bytes)
    throw new QuantumLockError(
      'BLOB_CORRUPT',
      `${JSON.stringify(path)} has ${size} bytes, and should have ${size_bytes}`,
    );
}
