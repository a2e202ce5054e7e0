import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { encodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { storageError } from './storage-errors.ts';
import { isThere } from './is-there.ts';
import { syncDirectory } from './sync-directory.ts';

/** Files that are not a database. What is written is on the disk when the call returns, readable by its owner only. */

const OWNERS_MODE = 0o600;
/** Windows has no such flag, and no link that an ordinary user can make. */
const NO_LINK = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;
const NEW_LINE = 0x0a;

/**
 * Adds lines to a file that only grows. No link leads elsewhere, two processes never mix, and a line that a full disk or a
 * stop cut short is ended first, so that it takes nothing else with it.
 * @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED
 */
export function appendLines(path: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  try {
    const isNew = !isThere(path);
    const file = openSync(path, constants.O_APPEND | constants.O_CREAT | constants.O_RDWR | NO_LINK, OWNERS_MODE);
    try {
      append(file, path, `${lines.join('\n')}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    // The file's own entry has to be on the disk too.
    if (isNew) syncDirectory(dirname(path));
  } catch (error) {
    throw storageError(path, error);
  }
}

/** In one write, so that two processes never mix. */
function append(file: number, path: string, text: string): void {
  const status = fstatSync(file);
  if (!status.isFile()) throw new QuantumLockError('STORAGE_FAILED', `${path} is not a regular file`);
  const bytes = encodeUtf8(isCutShort(file, status.size) ? `\n${text}` : text);
  if (writeSync(file, bytes) !== bytes.length)
    throw new QuantumLockError('STORAGE_FULL', `${path} took only a part of what was written`);
}

function isCutShort(file: number, size: number): boolean {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] !== NEW_LINE;
}

/** The lines of such a file; none where it is not there. @throws STORAGE_DENIED, STORAGE_FAILED */
export function readLines(path: string): readonly string[] {
  return readText(path)?.split('\n') ?? [];
}

/** Null where there is none. @throws STORAGE_DENIED, STORAGE_FAILED */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw storageError(path, error);
  }
}

/** What `replaceFile` has not moved into its place, where a process ended in between. */
export const UNFINISHED_NAME = /\.[0-9a-f]{12}\.new$/;

/**
 * Replaces a file in one step: after a crash at any moment it has the old content or the new. `beforeMove` is called once
 * the new content is on the disk, and not yet in its place.
 * @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED
 */
export function replaceFile(path: string, content: Uint8Array | string, beforeMove?: () => void): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    createFile(temporary, content);
    beforeMove?.();
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw storageError(path, error);
  }
}

/** Makes a file that is not there yet. @throws EEXIST and others as Node throws them */
export function createFile(path: string, content: Uint8Array | string): void {
  const file = openSync(path, 'wx', OWNERS_MODE);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
