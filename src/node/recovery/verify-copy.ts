import { dirname, join } from 'node:path';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { Finding } from '../verify/verify-chain.ts';
import { recordBackup } from './backup-log.ts';
import { assertNamed, fetchCopies, lineOf, readThrough, type BackupCopy } from './copies.ts';
import type { Destination } from './destinations/destination.ts';
import { NO_KEYS } from './encryption.ts';
import { extractBackup } from './extract-backup.ts';
import { KnownCards } from './known-cards.ts';
import { lookInto } from './look-into.ts';
import { findingOf, type RecoveryProgress } from './verify-extracted.ts';
import { withScratch } from './with-scratch.ts';

export interface VerifyCopyOptions {
  readonly dataDirectory: string;
  readonly destination: Destination;
  readonly backup: Hash;
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly report: (progress: RecoveryProgress) => void;
}

export interface VerifiedCopy {
  /** `content`: against manifests and signatures; `bytes`: of encrypted ones, against the signed cards. */
  readonly checked: 'content' | 'bytes';
  /** What is wrong. */
  readonly findings: readonly Finding[];
}

/**
 * A backup of a destination with all that it continues, oldest first.
 * @throws NOT_FOUND, BACKUP_BASE_MISSING, DESTINATION_FAILED; BACKUP_INVALID where it lies there and does not count as one
 */
export async function findLine(
  destination: Destination,
  backup: Hash,
  dataDirectory: string,
): Promise<readonly BackupCopy[]> {
  const { copies, refused } = await lookInto(destination, dataDirectory);
  if (!copies.some((copy) => copy.backup === backup)) {
    const found = refused.find(({ name }) => name.endsWith(`-${backup.slice(2, 18)}.backup`));
    throw found?.problem ?? new QuantumLockError('NOT_FOUND', `${destination.place} holds no backup ${backup}`);
  }
  const line = lineOf(copies, backup);
  if (line !== null) return line;
  throw new QuantumLockError('BACKUP_BASE_MISSING', `one that ${backup} continues is not in ${destination.place}`);
}

/** Holds every byte of a copy, and of all that it continues, against what was signed for. */
export async function verifyCopy(options: VerifyCopyOptions): Promise<VerifiedCopy> {
  const { dataDirectory, destination, now } = options;
  const line = await findLine(destination, options.backup, dataDirectory);
  const checked = line.some(({ card }) => card !== null) ? 'bytes' : 'content';
  const findings = await findingsIn(() =>
    checked === 'bytes' ? compareBytes(line, options) : extractLine(line, options),
  );
  const ok = findings.length === 0;
  // What is wrong may be with one that it continues: then nothing is said of the others.
  for (const { name } of ok ? line : line.slice(-1))
    recordBackup(dataDirectory, { event: 'verified', at: now(), destination: destination.id, name, ok });
  return { checked, findings };
}

/** @throws what says nothing of the backup */
async function findingsIn(work: () => Promise<void>): Promise<readonly Finding[]> {
  try {
    await work();
    return [];
  } catch (error) {
    const isOfBackup = error instanceof QuantumLockError && error.code.startsWith('BACKUP_');
    if (!isOfBackup || error.code === 'BACKUP_SIGNER_UNKNOWN') throw error;
    return [findingOf(error)];
  }
}

async function extractLine(
  line: readonly BackupCopy[],
  { dataDirectory, destination, signal, report }: VerifyCopyOptions,
): Promise<void> {
  await withScratch(dirname(dataDirectory), async (scratch) => {
    const files = await fetchCopies(destination, line, scratch, {
      signal,
      report: (done, total) => report({ phase: 'fetch', done, total }),
    });
    await extractBackup({
      files,
      into: join(scratch, 'out'),
      keys: NO_KEYS,
      signal,
      report: (progress) => report({ phase: 'extract', ...progress }),
    });
  });
}

/** Where one is encrypted: a line is encrypted as a whole, so one that is not is none that this machine made. */
async function compareBytes(
  line: readonly BackupCopy[],
  { dataDirectory, destination, signal, report }: VerifyCopyOptions,
): Promise<void> {
  const known = new KnownCards(dataDirectory);
  try {
    for (const { card, name } of line) {
      if (card !== null) known.assertKnows(card);
      else
        throw new QuantumLockError('BACKUP_INVALID', `${name} is not encrypted, and others of its line are`, {
          context: { place: name },
        });
    }
  } finally {
    known.close();
  }
  const total = line.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  for (const copy of line) {
    const digest = await readThrough(destination, copy, {
      signal,
      report: (done) => report({ phase: 'compare bytes', done: before + done, total }),
    });
    assertNamed(copy, digest);
    before += copy.size;
  }
}
