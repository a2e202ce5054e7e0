import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeHash, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { invalidCard, type SignedCard } from './backup-card.ts';
import type { ContentEnd } from './backup-format.ts';
import type { BackupSummary } from './backup-summary.ts';
import { COPY_SIZE_BYTES, type Destination, type StoredFile } from './destinations/destination.ts';

/** A backup as it lies in a destination, known by its manifest, or by its card. */
export interface BackupCopy extends StoredFile {
  readonly backup: Hash;
  readonly summary: BackupSummary;
  /** Where its content ends in the blob store that it was made of, as far as it says: a card does not. */
  readonly content: ContentEnd | null;
  /** Null where it is not encrypted. */
  readonly card: SignedCard | null;
}

/** A backup and all that it continues, oldest first; null where one of them is not there. */
export function lineOf(copies: readonly BackupCopy[], backup: Hash): readonly BackupCopy[] | null {
  const line: BackupCopy[] = [];
  for (let wanted: Hash | null = backup; wanted !== null;) {
    const found: BackupCopy | undefined = copies.find((copy) => copy.backup === wanted);
    if (found === undefined || line.includes(found)) return null;
    line.unshift(found);
    wanted = found.summary.base;
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

/**
 * Brings copies into a directory of this machine. Returns their paths there.
 * @throws BACKUP_INVALID where an encrypted one is not what its card names, DESTINATION_FAILED, STORAGE_FULL, CANCELLED
 */
export async function fetchCopies(
  destination: Destination,
  copies: readonly BackupCopy[],
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
      const digest = await readThrough(destination, copy, {
        signal: options.signal,
        report: (done) => options.report(before + done, total),
        onBytes: async (bytes) => {
          await file.writeFile(bytes).catch((error: unknown) => {
            throw storageError(path, error);
          });
        },
      });
      assertNamed(copy, digest);
    } finally {
      await file.close();
    }
    before += copy.size;
    paths.push(path);
  }
  return paths;
}

/** An encrypted copy is the file that its card names; of another there is nothing to hold it against. @throws BACKUP_INVALID */
export function assertNamed({ name, card }: BackupCopy, digest: Hash): void {
  if (card === null || card.card.file.digest === digest) return;
  throw invalidCard(name, `names the bytes ${card.card.file.digest}; the file has ${digest}`);
}
