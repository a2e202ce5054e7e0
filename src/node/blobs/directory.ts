import { existsSync, lstatSync, readdirSync, realpathSync, statSync, type BigIntStats, type Dirent } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import { QuantumLockError } from '../../base/errors.ts';
import { DIRECTORY_FILES_MAX, DIRECTORY_SIZE_BYTES_MAX } from '../../base/limits.ts';
import {
  assertFilePath,
  comparePaths,
  FILE_MODE,
  FILE_MODE_EXECUTABLE,
  type FileMode,
} from '../../ledger/log/file-tree.ts';
import { systemCodeOf } from '../../base/errors.ts';
import { stampOf } from '../data-directory/file-stamp.ts';
import { IgnoreRules } from './ignore-rules.ts';

/**
 * What is never part of an environment: version control, what interpreters and package managers make again, and what a
 * file manager leaves behind. The list is fixed, so that a directory has the same state hash on every machine.
 */
const IGNORED_NAMES: ReadonlySet<string> = new Set(['.git', '__pycache__', '.DS_Store', 'node_modules']);
const IGNORED_SUFFIX = '.pyc';

function isIgnored(name: string): boolean {
  return IGNORED_NAMES.has(name) || name.endsWith(IGNORED_SUFFIX);
}

export interface WalkedFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly mode: FileMode;
  readonly size_bytes: number;
  /** Everything that changes when the file does. */
  readonly stamp: string;
  /** The later of its two times of change, in nanoseconds. */
  readonly changed_ns: bigint;
}

export interface WalkedDirectory {
  /** In the order of paths. */
  readonly files: readonly WalkedFile[];
  /** Every directory walked with the stamp that it had before; the first is the root, whose path is empty. */
  readonly directories: readonly { readonly path: string; readonly stamp: string }[];
  readonly size_bytes: number;
  /** Entries left out: their names are on the fixed list, or rules in the directory leave them out. */
  readonly ignored_count: number;
}

export interface WalkOptions {
  readonly onFile?: (fileCount: number, sizeBytes: number) => void;
  /** Throws where the walk is to end. */
  readonly checkCancelled?: () => void;
}

/** The directory's real path. @throws DIRECTORY_UNREADABLE */
export function resolveDirectory(path: string): string {
  try {
    const root = realpathSync(path);
    if (statSync(root).isDirectory()) return root;
  } catch (cause) {
    throw new QuantumLockError('DIRECTORY_UNREADABLE', `${path} cannot be read: ${systemCodeOf(cause) ?? 'unknown'}`, {
      cause,
    });
  }
  throw new QuantumLockError('DIRECTORY_UNREADABLE', `${path} is not a directory`);
}

/** @throws DIRECTORY_OUTSIDE where one of the two directories holds the other */
export function assertApart(root: string, own: string): void {
  for (const [outer, inner] of [
    [root, own],
    [own, root],
  ] as const) {
    const between = relative(outer, inner);
    if (between !== '..' && !between.startsWith(`..${sep}`)) {
      throw new QuantumLockError('DIRECTORY_OUTSIDE', `${root} holds, or lies in, this node's own data`, {
        advice: 'Name a directory apart from the data directory.',
      });
    }
  }
}

/** The folder of a node's private keys, and what lies there only then. */
const KEYS_NAME = 'keys';
const SECRET_NAMES = ['vault.json', 'passphrase'] as const;

/**
 * Stored content can be read back by the console's page, so no node's private keys are ever content: not those of
 * this node, nor of another one on the machine.
 * @throws DIRECTORY_OUTSIDE
 */
function assertNoKeysIn(directory: string): void {
  const secret = SECRET_NAMES.map((name) => join(directory, KEYS_NAME, name)).find((path) => existsSync(path));
  if (secret === undefined) return;
  throw new QuantumLockError('DIRECTORY_OUTSIDE', `${directory} holds the private keys of a node (${secret})`, {
    advice: 'Name a directory apart from every data directory.',
  });
}

function assertOutsideEveryNode(root: string): void {
  for (let directory = root; ; directory = dirname(directory)) {
    assertNoKeysIn(directory);
    if (directory === dirname(directory)) return;
  }
}

/**
 * All files below a real path, from their metadata alone.
 * @throws DIRECTORY_OUTSIDE, DIRECTORY_SYMLINK, DIRECTORY_FILE_KIND, DIRECTORY_NAME, DIRECTORY_UNREADABLE, DIRECTORY_EMPTY,
 *   DIRECTORY_CHANGED, LIMIT_EXCEEDED
 */
export function walkDirectory(root: string, options: WalkOptions = {}): WalkedDirectory {
  const files: WalkedFile[] = [];
  const directories: { path: string; stamp: string }[] = [];
  const pending: { readonly path: string; readonly rules: IgnoreRules | null }[] = [{ path: '', rules: null }];
  let sizeBytes = 0;
  let ignoredCount = 0;
  assertOutsideEveryNode(root);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    options.checkCancelled?.();
    const { path: directory } = next;
    directories.push({ path: directory, stamp: stampOf(lstatOf(root, directory)) });
    const rules = IgnoreRules.of(root, directory, next.rules);
    for (const entry of readEntries(root, directory)) {
      const name = decodeName(entry.name, directory);
      if (isIgnored(name)) {
        ignoredCount += 1;
        continue;
      }
      const path = directory === '' ? name : `${directory}/${name}`;
      if (rules.isIgnored(path, entry.isDirectory())) {
        ignoredCount += 1;
        continue;
      }
      assertFilePath(path);
      if (entry.isDirectory()) {
        if (name === KEYS_NAME) assertNoKeysIn(join(root, directory));
        pending.push({ path, rules });
        continue;
      }
      const file = walkedFileOf(path, lstatOf(root, path));
      files.push(file);
      sizeBytes += file.size_bytes;
      assertLimits(files.length, sizeBytes);
      options.onFile?.(files.length, sizeBytes);
    }
  }
  if (files.length === 0) throw new QuantumLockError('DIRECTORY_EMPTY', `${root} holds no file`);
  files.sort((left, right) => comparePaths(left.path, right.path));
  return { files, directories, size_bytes: sizeBytes, ignored_count: ignoredCount };
}

/**
 * Read one after the other, the files are one directory only if none was changed, added, removed or renamed meanwhile.
 * @throws DIRECTORY_CHANGED
 */
export function assertUnchanged(root: string, walked: WalkedDirectory): void {
  for (const { path, stamp } of [...walked.directories, ...walked.files]) {
    if (stampOf(lstatOf(root, path)) !== stamp) throw changed(path);
  }
}

/** @throws DIRECTORY_SYMLINK, DIRECTORY_FILE_KIND */
function walkedFileOf(path: string, stats: BigIntStats): WalkedFile {
  assertRegular(path, stats);
  const { size, mtimeNs, ctimeNs, mode } = stats;
  return {
    path,
    mode: process.platform !== 'win32' && (mode & 0o100n) !== 0n ? FILE_MODE_EXECUTABLE : FILE_MODE,
    size_bytes: Number(size),
    stamp: stampOf(stats),
    changed_ns: mtimeNs > ctimeNs ? mtimeNs : ctimeNs,
  };
}

export function changed(path: string, cause?: unknown): QuantumLockError {
  return new QuantumLockError('DIRECTORY_CHANGED', `${JSON.stringify(path)} changed while it was read`, {
    context: { path },
    cause,
  });
}

export function unreadable(path: string, cause: unknown): QuantumLockError {
  return new QuantumLockError(
    'DIRECTORY_UNREADABLE',
    `${JSON.stringify(path)} cannot be read: ${systemCodeOf(cause) ?? 'unknown'}`,
    { context: { path }, cause },
  );
}

export function symlink(path: string): QuantumLockError {
  return new QuantumLockError('DIRECTORY_SYMLINK', `${JSON.stringify(path)} is a symbolic link`, { context: { path } });
}

/** @throws DIRECTORY_SYMLINK, DIRECTORY_FILE_KIND */
export function assertRegular(path: string, stats: BigIntStats): void {
  if (stats.isFile()) return;
  if (stats.isSymbolicLink()) throw symlink(path);
  throw new QuantumLockError('DIRECTORY_FILE_KIND', `${JSON.stringify(path)} is ${kindOf(stats)}`, {
    context: { path },
  });
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  if (stats.isBlockDevice() || stats.isCharacterDevice()) return 'a device';
  return stats.isDirectory() ? 'a directory where a file was' : 'no regular file';
}

function readEntries(root: string, directory: string): Dirent<Buffer>[] {
  try {
    return readdirSync(join(root, directory), { withFileTypes: true, encoding: 'buffer' });
  } catch (cause) {
    // The walk had just seen it.
    if (directory !== '' && isGone(cause)) throw changed(directory, cause);
    throw unreadable(directory === '' ? root : directory, cause);
  }
}

function lstatOf(root: string, path: string): BigIntStats {
  try {
    return lstatSync(join(root, path), { bigint: true });
  } catch (cause) {
    if (isGone(cause)) throw changed(path, cause);
    throw unreadable(path, cause);
  }
}

export function isGone(error: unknown): boolean {
  const code = systemCodeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

const nameDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeName(name: Buffer, directory: string): string {
  try {
    return nameDecoder.decode(name);
  } catch (cause) {
    const shown = name.toString('latin1');
    throw new QuantumLockError(
      'DIRECTORY_NAME',
      `a name in "${directory}" is not valid UTF-8: ${JSON.stringify(shown)}`,
      { cause },
    );
  }
}

function assertLimits(fileCount: number, sizeBytes: number): void {
  if (fileCount > DIRECTORY_FILES_MAX) {
    throw new QuantumLockError('LIMIT_EXCEEDED', `the directory has more than ${DIRECTORY_FILES_MAX} files`);
  }
  if (sizeBytes > DIRECTORY_SIZE_BYTES_MAX) {
    throw new QuantumLockError('LIMIT_EXCEEDED', `the directory has more than ${DIRECTORY_SIZE_BYTES_MAX} bytes`);
  }
}
