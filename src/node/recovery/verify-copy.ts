import { join } from 'node:path';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { Finding } from '../verify/verify-chain.ts';
import { recordBackup } from './backup-log.ts';
import { fetchCopies, lineOf, listCopies, type BackupCopy } from './copies.ts';
import type { Destination } from './destinations/destination.ts';
import { NO_KEYS } from './encryption.ts';
import { extractBackup } from './extract-backup.ts';
import { withScratch } from './private-scratch.ts';
import type { RecoveryProgress } from './verify-extracted.ts';

export interface VerifyCopyOptions {
  readonly dataDirectory: string;
  readonly destination: Destination;
  readonly backup: Hash;
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly report: (progress: RecoveryProgress) => void;
}

/** A backup of a destination with all that it continues, oldest first. @throws NOT_FOUND, BACKUP_BASE_MISSING, DESTINATION_FAILED */
export async function findLine(destination: Destination, backup: Hash): Promise<readonly BackupCopy[]> {
  const copies = await listCopies(destination);
  if (!copies.some((copy) => copy.backup === backup))
    throw new QuantumLockError('NOT_FOUND', `${destination.place} holds no backup ${backup}`);
  const line = lineOf(copies, backup);
  if (line !== null) return line;
  throw new QuantumLockError('BACKUP_BASE_MISSING', `one that ${backup} continues is not in ${destination.place}`);
}

/** Fetches a copy and all that it continues, and holds every byte against manifests and signatures. Returns what is wrong. */
export async function verifyCopy(options: VerifyCopyOptions): Promise<readonly Finding[]> {
  const { dataDirectory, destination, signal, report, now } = options;
  const line = await findLine(destination, options.backup);
  const findings = await withScratch(dataDirectory, async (scratch): Promise<readonly Finding[]> => {
    const files = await fetchCopies(destination, line, scratch, {
      signal,
      report: (done, total) => report({ phase: 'fetch', done, total }),
    });
    try {
      await extractBackup({
        files,
        into: join(scratch, 'out'),
        keys: NO_KEYS,
        signal,
        report: (progress) => report({ phase: 'extract', ...progress }),
      });
      return [];
    } catch (error) {
      if (!(error instanceof QuantumLockError) || !error.code.startsWith('BACKUP_')) throw error;
      const { place } = error.context;
      return [{ place: typeof place === 'string' ? place : 'backup', message: error.message }];
    }
  });
  const ok = findings.length === 0;
  // What is wrong may be with one that it continues: then nothing is said of the others.
  for (const { name } of ok ? line : line.slice(-1))
    recordBackup(dataDirectory, { event: 'verified', at: now(), destination: destination.id, name, ok });
  return findings;
}
