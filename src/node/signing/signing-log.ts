import { closeSync, constants, existsSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeUtf8, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { syncDirectory } from '../storage/sync-directory.ts';
import { storageError } from '../storage/database.ts';

export interface SigningRecord {
  /** Unix milliseconds. */
  readonly time: number;
  readonly review_id: string;
  readonly digest: Hash;
  readonly key_id: string;
  readonly action: string;
}

/** Windows has no such flag, and no link that an ordinary user can make. */
const NO_LINK = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;
const NEW_LINE = 0x0a;

/**
 * Appends a line to `<data>/signing.log` and waits for the disk: what was signed is on record before the signature leaves.
 * What stands there is never written over, and no link leads elsewhere.
 * @throws STORAGE_FULL, STORAGE_FAILED: then nothing is signed
 */
export function recordSigning(dataDirectory: string, record: SigningRecord): void {
  const path = join(dataDirectory, 'signing.log');
  try {
    const isNew = !existsSync(path);
    const file = openSync(path, constants.O_APPEND | constants.O_CREAT | constants.O_RDWR | NO_LINK, 0o600);
    try {
      append(file, path, `${JSON.stringify(record)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    // The file's own entry has to be on the disk too.
    if (isNew) syncDirectory(dataDirectory);
  } catch (error) {
    throw error instanceof QuantumLockError ? error : storageError(path, error);
  }
}

/** In one write, so that two processes never mix; a line that a full disk or a stop cut short is ended first. */
function append(file: number, path: string, line: string): void {
  const status = fstatSync(file);
  if (!status.isFile()) throw new QuantumLockError('STORAGE_FAILED', `${path} is not a regular file`);
  const bytes = encodeUtf8(isCutShort(file, status.size) ? `\n${line}` : line);
  if (writeSync(file, bytes) !== bytes.length)
    throw new QuantumLockError('STORAGE_FULL', `${path} took only a part of the record`);
}

function isCutShort(file: number, size: number): boolean {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] !== NEW_LINE;
}
