import { encodeHex } from '../../base/bytes.ts';
import { decodeCanonical } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { stateHashOf, validateFileEntries, type FileEntry } from '../../ledger/log/file-tree.ts';
import type { ContentRow, ManifestRow } from './blob-index.ts';

// A flipped byte can turn a stored blob into text or nothing; the casts keep the shapes that the readers rely on.
const blob = (column: string): string => `coalesce(CAST(${column} AS BLOB), x'') AS ${column}`;
const integer = (column: string): string => `coalesce(CAST(${column} AS INTEGER), -1) AS ${column}`;
export const SELECT_CHUNK = `SELECT ${blob('hash')}, ${integer('pack')}, ${integer('offset')}, ${integer('size')} FROM chunks`;
export const SELECT_CONTENT = `SELECT ${blob('content_hash')}, ${integer('size')}, ${blob('chunks')} FROM contents`;
export const SELECT_MANIFEST = `SELECT ${blob('state_hash')}, ${blob('entries')} FROM manifests`;

const HASH_SIZE_BYTES = 32;

export function chunkHashesOf({ content_hash, chunks }: ContentRow): readonly Buffer[] {
  if (chunks.length % HASH_SIZE_BYTES !== 0)
    throw corruptBlob(encodeHex(content_hash), 'its list of chunks was changed');
  const hashes: Buffer[] = [];
  for (let offset = 0; offset < chunks.length; offset += HASH_SIZE_BYTES) {
    hashes.push(chunks.subarray(offset, offset + HASH_SIZE_BYTES));
  }
  return hashes;
}

/** @throws BLOB_CORRUPT unless the entries are the ones that the state hash stands for */
export function decodeManifest(row: ManifestRow): readonly FileEntry[] {
  const name = encodeHex(row.state_hash);
  try {
    const entries = validateFileEntries(decodeCanonical(row.entries));
    if (stateHashOf(entries) === name) return entries;
  } catch (cause) {
    throw corruptBlob(name, 'its list of files was changed', cause);
  }
  throw corruptBlob(name, 'its list of files was changed');
}

export function corruptBlob(name: string, what: string, cause?: unknown): QuantumLockError {
  return new QuantumLockError('BLOB_CORRUPT', `${name} is damaged: ${what}`, { context: { blob: name }, cause });
}
