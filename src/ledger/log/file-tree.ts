import { encodeHash, encodeUtf8, isHash, type Hash } from '../../base/bytes.ts';
import { isCount } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { DIRECTORY_FILES_MAX, FILE_PATH_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { leafHash, merkleRoot } from './log.ts';

/**
 * The content of an environment: a directory's files. Directories exist only through the files in them, and of a file's
 * mode only "may be executed" counts, as in Git, so that a checkout on another machine has the same state hash.
 */
export const FILE_MODE = 0o644;
export const FILE_MODE_EXECUTABLE = 0o755;
export type FileMode = typeof FILE_MODE | typeof FILE_MODE_EXECUTABLE;

export interface FileEntry {
  /** Relative, with forward slashes: `src/env.py`. */
  readonly path: string;
  readonly mode: FileMode;
  readonly size_bytes: number;
  /** Plain SHA-256 of the file: what `sha256sum` prints. */
  readonly content_hash: Hash;
}

export interface FileEntryChange {
  readonly path: string;
  /** `mode`: the content is the same and only the mode differs. */
  readonly kind: 'added' | 'removed' | 'changed' | 'mode';
  readonly before: FileEntry | null;
  readonly after: FileEntry | null;
}

export interface FileEntriesComparison {
  /** In the order of paths. */
  readonly changes: readonly FileEntryChange[];
  readonly unchanged: number;
}

/**
 * State hash of a directory: the RFC 6962 Merkle root over its files, sorted by the UTF-8 bytes of their paths, a leaf
 * being the canonical JSON of the entry. The entries may come in any order.
 * @throws INPUT_INVALID, DIRECTORY_OUTSIDE, DIRECTORY_NAME, LIMIT_EXCEEDED
 */
export function stateHashOf(entries: readonly FileEntry[]): Hash {
  const sorted = validateFileEntries(entries.toSorted((left, right) => comparePaths(left.path, right.path)));
  return encodeHash(merkleRoot(sorted.map((entry) => leafHash(encodeUtf8(canonicalTextOf(entry))))));
}

/** The canonical JSON of a directory's sorted entries. */
export function encodeFileEntries(entries: readonly FileEntry[]): Uint8Array {
  return encodeUtf8(`[${entries.map(canonicalTextOf).join(',')}]`);
}

/** RFC 8785 of one entry: a directory has many, and all have these four fields, whose order is known. */
function canonicalTextOf({ content_hash, mode, path, size_bytes }: FileEntry): string {
  return `{"content_hash":"${content_hash}","mode":${mode},"path":${JSON.stringify(path)},"size_bytes":${size_bytes}}`;
}

/**
 * Reads entries that came from a disk, a peer or a file: sorted, each path once, nothing below a file.
 * @throws INPUT_INVALID, DIRECTORY_OUTSIDE, DIRECTORY_NAME, LIMIT_EXCEEDED
 */
export function validateFileEntries(value: unknown): readonly FileEntry[] {
  if (!Array.isArray(value)) return refuse('the files are not a list');
  if (value.length === 0) return refuse('a directory has at least one file');
  if (value.length > DIRECTORY_FILES_MAX) {
    throw new QuantumLockError('LIMIT_EXCEEDED', `${value.length} files; the most is ${DIRECTORY_FILES_MAX}`);
  }
  const entries = value.map((entry: unknown) => validateFileEntry(entry));
  const paths = new Set<string>();
  let previous: string | null = null;
  for (const { path } of entries) {
    if (previous !== null && comparePaths(previous, path) >= 0) {
      return refuse(`${quote(path)} comes after ${quote(previous)}: paths are sorted by their bytes, each once`);
    }
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      const parent = path.slice(0, slash);
      if (paths.has(parent)) return refuse(`${quote(parent)} is both a file and a directory`);
    }
    paths.add(path);
    previous = path;
  }
  return entries;
}

function validateFileEntry(value: unknown): FileEntry {
  if (typeof value !== 'object' || value === null) return refuse('a file entry is not an object');
  const { path, mode, size_bytes, content_hash, ...rest } = value as Record<string, unknown>;
  const unknownField = Object.keys(rest)[0];
  if (unknownField !== undefined) return refuse(`a file entry has an unknown field ${quote(unknownField)}`);
  if (typeof path !== 'string') return refuse('a file entry has no path');
  assertFilePath(path);
  if (mode !== FILE_MODE && mode !== FILE_MODE_EXECUTABLE) {
    return refuse(`the mode of ${quote(path)} is neither 420 (0o644) nor 493 (0o755)`);
  }
  if (!isCount(size_bytes)) return refuse(`the size of ${quote(path)} is not a number of bytes`);
  if (!isHash(content_hash)) return refuse(`the content hash of ${quote(path)} is not a hash`);
  return { path, mode, size_bytes, content_hash };
}

// C0, DEL and C1 controls. A backslash would be a separator on Windows, where it could lead outside.
// oxlint-disable-next-line no-control-regex
const FORBIDDEN_IN_NAME = /[\u0000-\u001f\u007f-\u009f\\]/;

/**
 * Refuses a path that could lead outside its directory, or that another machine could read as another name.
 * @throws DIRECTORY_OUTSIDE, DIRECTORY_NAME
 */
export function assertFilePath(path: string): void {
  if (!path.isWellFormed() || path !== path.normalize('NFC') || FORBIDDEN_IN_NAME.test(path)) {
    throw new QuantumLockError(
      'DIRECTORY_NAME',
      `${quote(path)} is not normalised (NFC) UTF-8 without control characters and backslashes`,
    );
  }
  if (path.length > FILE_PATH_SIZE_BYTES_MAX || encodeUtf8(path).length > FILE_PATH_SIZE_BYTES_MAX) {
    throw new QuantumLockError(
      'DIRECTORY_NAME',
      `the path ${quote(path.slice(0, 80))}… is longer than ${FILE_PATH_SIZE_BYTES_MAX} bytes`,
    );
  }
  if (path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new QuantumLockError('DIRECTORY_OUTSIDE', `${quote(path)} is not a path inside the directory`);
  }
}

/** Order of the UTF-8 bytes of two paths, found without encoding them. */
export function comparePaths(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const leftUnit = left.charCodeAt(index);
    const rightUnit = right.charCodeAt(index);
    if (leftUnit !== rightUnit) return codePointRank(leftUnit) - codePointRank(rightUnit);
  }
  return left.length - right.length;
}

/** UTF-16 puts surrogates (code points from U+10000) below U+E000…U+FFFF; UTF-8 puts them above. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** What changed between two directories. Both sides are sorted, as {@link validateFileEntries} returns them. */
export function compareFileEntries(before: readonly FileEntry[], after: readonly FileEntry[]): FileEntriesComparison {
  const changes: FileEntryChange[] = [];
  let unchanged = 0;
  let beforeIndex = 0;
  let afterIndex = 0;
  for (;;) {
    const left = before[beforeIndex];
    const right = after[afterIndex];
    if (left === undefined && right === undefined) return { changes, unchanged };
    const order = left === undefined ? 1 : right === undefined ? -1 : comparePaths(left.path, right.path);
    if (left !== undefined && order < 0) {
      changes.push({ path: left.path, kind: 'removed', before: left, after: null });
    } else if (right !== undefined && order > 0) {
      changes.push({ path: right.path, kind: 'added', before: null, after: right });
    } else if (left !== undefined && right !== undefined) {
      if (left.content_hash !== right.content_hash || left.size_bytes !== right.size_bytes) {
        changes.push({ path: left.path, kind: 'changed', before: left, after: right });
      } else if (left.mode !== right.mode) {
        changes.push({ path: left.path, kind: 'mode', before: left, after: right });
      } else {
        unchanged += 1;
      }
    }
    if (order <= 0) beforeIndex += 1;
    if (order >= 0) afterIndex += 1;
  }
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function refuse(message: string): never {
  throw new QuantumLockError('INPUT_INVALID', message);
}
