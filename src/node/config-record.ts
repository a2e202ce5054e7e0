import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeHash, isHash, type Hash } from '../base/bytes.ts';
import { appendDurably } from './storage/append-durably.ts';
import { storageError } from './storage/database.ts';

/**
 * Each configuration that this program writes has its hash in `signing.log`: which key signs, and where the newest head is kept
 * besides, is not changed unseen by putting another file there.
 */

const LOG = 'signing.log';

/** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function recordConfig(dataDirectory: string, text: string): void {
  const hash = hashOf(text);
  if (lastRecorded(dataDirectory) === hash) return;
  appendDurably(join(dataDirectory, LOG), JSON.stringify({ config: hash }));
}

/** Whether node.json is another one than this program wrote last; false where it never wrote down which. */
export function isConfigForeign(dataDirectory: string, text: string): boolean {
  const recorded = lastRecorded(dataDirectory);
  return recorded !== null && recorded !== hashOf(text);
}

function hashOf(text: string): Hash {
  return encodeHash(createHash('sha256').update(text).digest());
}

function lastRecorded(dataDirectory: string): Hash | null {
  const line = readLog(join(dataDirectory, LOG))
    .split('\n')
    .findLast((each) => each.startsWith('{"config":"0x'));
  const hash = line?.slice(11, 77);
  return isHash(hash) ? hash : null;
}

function readLog(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw storageError(path, error);
  }
}
