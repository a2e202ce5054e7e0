import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeHash, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import {
  decodeSignedManifest,
  decodeTrailer,
  manifestHash,
  TRAILER_SIZE_BYTES,
  type BackupManifest,
} from './backup-format.ts';
import { COPY_SIZE_BYTES, type Destination, type StoredFile } from './destinations/destination.ts';

/** A backup as it lies in a destination, known by its manifest. */
export interface BackupCopy extends StoredFile {
  readonly backup: Hash;
  readonly manifest: BackupManifest;
}

/** The manifests of what lies in a destination, newest first; a file whose end is no backup's is left out. @throws DESTINATION_FAILED */
export async function listCopies(destination: Destination): Promise<readonly BackupCopy[]> {
  const copies: BackupCopy[] = [];
  for (const file of await destination.list()) {
    const copy = await readCopy(destination, file);
    if (copy !== null) copies.push(copy);
  }
  return copies.toSorted((one, other) => other.manifest.created_at - one.manifest.created_at);
}

async function readCopy(destination: Destination, { name, size }: StoredFile): Promise<BackupCopy | null> {
  try {
    const trailer = await destination.read(name, { begin: Math.max(0, size - TRAILER_SIZE_BYTES), end: size });
    const place = decodeTrailer(trailer, size);
    const end = place.offset + place.size;
    const { manifest } = decodeSignedManifest(await destination.read(name, { begin: place.offset, end }));
    return { name, size, backup: manifestHash(manifest), manifest };
  } catch (error) {
    if (error instanceof QuantumLockError && error.code === 'BACKUP_INVALID') return null;
    throw error;
  }
}

/** A backup and all that it continues, oldest first; null where one of them is not there. */
export function lineOf(copies: readonly BackupCopy[], backup: Hash): readonly BackupCopy[] | null {
  const line: BackupCopy[] = [];
  for (let wanted: Hash | null = backup; wanted !== null;) {
    const found: BackupCopy | undefined = copies.find((copy) => copy.backup === wanted);
    if (found === undefined || line.includes(found)) return null;
    line.unshift(found);
    wanted = found.manifest.base;
  }
  return line;
}

/** Reads all of a copy; what is read can be kept. Returns its SHA-256. @throws DESTINATION_FAILED, CANCELLED */
export async function readThrough(
  destination: Destination,
  { name, size }: StoredFile,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly report: (done: number) => void;
    readonly onBytes?: (bytes: Uint8Array) => Promise<void>;
  },
): Promise<Hash> {
  const hashing = createHash('sha256');
  for (let begin = 0; begin < size; begin += COPY_SIZE_BYTES) {
    if (options.signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'it was stopped');
    const end = Math.min(size, begin + COPY_SIZE_BYTES);
    const bytes = await destination.read(name, { begin, end });
    if (bytes.length !== end - begin)
      throw new QuantumLockError('DESTINATION_FAILED', `${destination.place}: ${name} ends before byte ${end}`);
    hashing.update(bytes);
    await options.onBytes?.(bytes);
    options.report(end);
  }
  return encodeHash(hashing.digest());
}

/** Brings copies into a directory of this machine. Returns their paths there. @throws DESTINATION_FAILED, STORAGE_FULL, CANCELLED */
export async function fetchCopies(
  destination: Destination,
  copies: readonly StoredFile[],
  into: string,
  options: { readonly signal?: AbortSignal | undefined; readonly report: (done: number, total: number) => void },
): Promise<readonly string[]> {
  const total = copies.reduce((sum, { size }) => sum + size, 0);
  const paths: string[] = [];
  let before = 0;
  for (const copy of copies) {
    const path = join(into, copy.name);
    const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
      throw storageError(path, error);
    });
    try {
      await readThrough(destination, copy, {
        signal: options.signal,
        report: (done) => options.report(before + done, total),
        onBytes: async (bytes) => {
          await file.writeFile(bytes).catch((error: unknown) => {
            throw storageError(path, error);
          });
        },
      });
    } finally {
      await file.close();
    }
    before += copy.size;
    paths.push(path);
  }
  return paths;
}
