import { basename } from 'node:path';
import { dataPaths } from '../data-directory/data-paths.ts';
import { NO_KEYS, type BackupKeys } from '../recovery/encryption.ts';
import { extractBackup } from '../recovery/extract-backup.ts';
import type { Laying, LaidOut } from './laid-out.ts';
import { verifyLaidOut } from './verify-laid-out.ts';

/** What is needed besides the one file. */
export interface BackupParts {
  /** Incremental backups that continue it, in any order; or, where it is incremental itself, the others. */
  readonly more?: readonly string[];
  /** For an encrypted one. */
  readonly keys?: BackupKeys;
}

/**
 * Extracts a backup with what continues it, and verifies its chain from genesis: that its manifest is signed by somebody of
 * that chain says nothing of the chain itself.
 * @throws BACKUP_INVALID, BACKUP_BASE_MISSING, BACKUP_KEY_REQUIRED, BACKUP_SIGNER_UNKNOWN, PASSPHRASE_WRONG, CHAIN_INVALID, CANCELLED,
 *   STORAGE_FULL, STORAGE_FAILED
 */
export async function layOutBackup(
  path: string,
  root: string,
  { more = [], keys = NO_KEYS, ...laying }: Laying & BackupParts,
): Promise<LaidOut> {
  const { signal } = laying;
  const { backups } = await extractBackup({
    files: [path, ...more],
    into: root,
    keys,
    report: () => undefined,
    ...(signal === undefined ? {} : { signal }),
  });
  return {
    ...(await verifyLaidOut(dataPaths(root).chain, laying)),
    backups: backups.map(({ path: file, manifest: { created_at, to }, signer }) => ({
      name: basename(file),
      created_at,
      to_height: to.height,
      signer,
    })),
  };
}
