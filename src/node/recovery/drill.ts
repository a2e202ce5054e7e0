import { basename, dirname, join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import type { SignedCard } from './backup-card.ts';
import type { BackupManifest } from './backup-format.ts';
import type { BackupKeys } from './encryption.ts';
import { extractBackup, inOrder, type ExtractedBackup } from './extract-backup.ts';
import { digestFile } from './file-digest.ts';
import type { DrillStatement, SignedDrill } from './drill-statement.ts';
import { openBackup } from './open-backup.ts';
import type { OpenedBackup } from './opened-backup.ts';
import { findingOf, verifyExtracted, type RecoveryProgress } from './verify-extracted.ts';
import { withScratch } from './with-scratch.ts';

export interface DrillOptions {
  /** A full backup, and incremental ones that continue it. */
  readonly files: readonly string[];
  readonly keys: BackupKeys;
  /** Of those files that lay beside one. */
  readonly cards?: readonly SignedCard[] | undefined;
  /** Beside it the rehearsal has its scratch directory. */
  readonly dataDirectory: string;
  readonly verifyThreads: number;
  readonly now: () => number;
  readonly software: string;
  readonly sign: (statement: DrillStatement) => Promise<Omit<SignedDrill, 'statement'>>;
  readonly signal?: AbortSignal | undefined;
  readonly report: (progress: RecoveryProgress) => void;
}

type Outcome = Pick<DrillStatement, 'ok' | 'restored' | 'findings'>;

/**
 * Rehearses a restore: everything that a restore does but the last step, in a directory that is removed afterwards. What it
 * found is stated and signed, also where it failed.
 * @throws where the files are no backup at all (BACKUP_INVALID, NOT_FOUND), cannot be opened (BACKUP_KEY_REQUIRED,
 *   PASSPHRASE_WRONG), or it could not be tried (STORAGE_FULL, CANCELLED)
 */
export function runDrill(options: DrillOptions): Promise<SignedDrill> {
  const { dataDirectory, now, software } = options;
  return withScratch(dirname(dataDirectory), async (scratch) => {
    const at = now();
    const begin = performance.now();
    const { backups, manifest } = await readFiles(options, scratch);
    const outcome = await rehearse(options, scratch);
    const statement: DrillStatement = {
      format: 'quantum-lock/drill/v1',
      chain_id: manifest.chain_id,
      genesis: manifest.genesis,
      era: manifest.era,
      at,
      backups,
      ...outcome,
      duration_ms: Math.round(performance.now() - begin),
      software,
    };
    return { statement, ...(await options.sign(statement)) };
  });
}

/** The files as they lie there, oldest first, and the manifest of the newest. */
async function readFiles(
  { files, keys, signal }: DrillOptions,
  scratch: string,
): Promise<{ readonly backups: DrillStatement['backups']; readonly manifest: BackupManifest }> {
  const opened: OpenedBackup[] = [];
  try {
    for (const path of files) opened.push(await openBackup(path, { keys, scratch, signal }));
    const ordered = inOrder(opened);
    const backups: DrillStatement['backups'] = [];
    for (const { path, backup } of ordered) {
      const { size, digest } = await digestFile(path, signal);
      backups.push({ name: basename(path), size, file_digest: digest, backup });
    }
    return { backups, manifest: (ordered.at(-1) ?? ordered[0]).signed.manifest };
  } finally {
    for (const each of opened) await each.close();
  }
}

/** What the backup turns out to be is the finding; that the machine could not try is not. */
const FAULTS_OF_BACKUP: ReadonlySet<string> = new Set([
  'BACKUP_INVALID',
  'BACKUP_BASE_MISSING',
  'BACKUP_SIGNER_UNKNOWN',
  'STORAGE_CORRUPT',
  'CHAIN_INVALID',
]);

async function rehearse(options: DrillOptions, scratch: string): Promise<Outcome> {
  const { files, keys, cards, verifyThreads, signal, report } = options;
  const into = join(scratch, 'restored');
  let extracted: ExtractedBackup | null = null;
  try {
    extracted = await extractBackup({
      files,
      into,
      keys,
      cards,
      signal,
      report: (progress) => report({ phase: 'extract', ...progress }),
    });
    const notes = await verifyExtracted({ directory: into, verifyThreads, signal, report });
    return {
      ok: true,
      restored: restoredOf(extracted),
      findings: notes.map(({ place, message }) => ({ place, message })),
    };
  } catch (error) {
    if (!(error instanceof QuantumLockError) || !FAULTS_OF_BACKUP.has(error.code)) throw error;
    return { ok: false, restored: null, findings: [findingOf(error)] };
  }
}

function restoredOf({ end }: ExtractedBackup): DrillStatement['restored'] {
  const { height, hash, state_root, log_size, log_root } = end;
  return { height, hash, state_root, log_size, log_root, blocks: height + 1, transactions: log_size };
}
