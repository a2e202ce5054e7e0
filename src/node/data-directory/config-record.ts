import { createHash } from 'node:crypto';
import { encodeHash, isHash, type Hash } from '../../base/bytes.ts';
import { appendToSigningLog, readSigningLog } from './signing-log.ts';

/**
 * Each configuration that this program writes has its hash in `signing.log`: which key signs, and where the newest head is kept
 * besides, is not changed unseen by putting another file there.
 */

/** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function recordConfig(dataDirectory: string, text: string): void {
  const hash = hashOf(text);
  if (lastRecorded(dataDirectory) === hash) return;
  appendToSigningLog(dataDirectory, { config: hash });
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
  const line = readSigningLog(dataDirectory).findLast((each) => each.startsWith('{"config":"0x'));
  const hash = line?.slice(11, 77);
  return isHash(hash) ? hash : null;
}
