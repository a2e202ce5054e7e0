import { QuantumLockError } from '../../base/errors.ts';
import { ARGUMENT_FILE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { findPassphrase } from '../../node/keys/passphrase.ts';
import { readInputText } from '../../node/read-input-file.ts';
import { NO_KEYS, type BackupKeys } from '../../node/recovery/encryption.ts';
import { isEncryptedBackup } from '../../node/recovery/open-backup.ts';
import type { Output } from '../output.ts';

/** What opens an encrypted backup. */
export interface KeyOptions {
  readonly identity?: readonly string[];
  readonly backupPassphraseFile?: string;
}

const VARIABLE = 'QUANTUM_LOCK_BACKUP_PASSPHRASE';

/**
 * The passphrase of a backup: from the named file, from QUANTUM_LOCK_BACKUP_PASSPHRASE, or from the terminal.
 * @throws PASSPHRASE_REQUIRED, CANCELLED, INPUT_INVALID
 */
export async function backupPassphrase(
  { note }: Pick<Output, 'note'>,
  { file, purpose }: { readonly file: string | undefined; readonly purpose: 'open' | 'new' },
): Promise<string> {
  const variable = process.env[VARIABLE];
  if (file === undefined && (variable ?? '') === '' && process.stdin.isTTY === true)
    note(purpose === 'new' ? 'A passphrase for the backup:' : 'The passphrase of the backup:');
  const found = await findPassphrase({
    dataDir: null,
    file,
    environment: { QUANTUM_LOCK_PASSPHRASE: variable },
    input: process.stdin,
    output: process.stderr,
    purpose,
  }).catch((error: unknown) => {
    if (!(error instanceof QuantumLockError) || error.code !== 'PASSPHRASE_REQUIRED' || file !== undefined) throw error;
    throw new QuantumLockError('PASSPHRASE_REQUIRED', 'a backup has a passphrase of its own', {
      advice: `Give it at the prompt, in a file, or in ${VARIABLE}.`,
      cause: error,
    });
  });
  return found.passphrase;
}

/** What opens these backups, as far as they are encrypted. @throws BACKUP_KEY_REQUIRED, PASSPHRASE_REQUIRED, INPUT_INVALID */
export async function readKeys(
  output: Pick<Output, 'note'>,
  files: readonly string[],
  { identity = [], backupPassphraseFile }: KeyOptions,
): Promise<BackupKeys> {
  const identities = identity.flatMap(readIdentities);
  if (!files.some(isEncryptedBackup)) return NO_KEYS;
  if (identities.length > 0) return { identities, passphrases: [] };
  const isGiven = backupPassphraseFile !== undefined || (process.env[VARIABLE] ?? '') !== '';
  if (!isGiven && process.stdin.isTTY !== true)
    throw new QuantumLockError('BACKUP_KEY_REQUIRED', 'the backup is encrypted', {
      advice: `Name the identity (--identity), or give the passphrase with --backup-passphrase-file or in ${VARIABLE}.`,
    });
  return { identities, passphrases: [await backupPassphrase(output, { file: backupPassphraseFile, purpose: 'open' })] };
}

/** As age-keygen writes them: a line each, and remarks. */
function readIdentities(path: string): readonly string[] {
  const lines = readInputText(path, ARGUMENT_FILE_SIZE_BYTES_MAX).split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}
