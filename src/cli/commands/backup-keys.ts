import { QuantumLockError } from '../../base/errors.ts';
import { ARGUMENT_FILE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { readInputText } from '../../node/read-input-file.ts';
import { NO_KEYS, type BackupKeys } from '../../node/recovery/encryption.ts';
import { isEncryptedBackup } from '../../node/recovery/open-backup.ts';
import type { Output } from '../output.ts';
import { BACKUP, findOwnPassphrase, isInEnvironment } from '../own-passphrase.ts';

/** What opens an encrypted backup. */
export interface KeyOptions {
  readonly identity?: readonly string[];
  readonly backupPassphraseFile?: string;
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
  const isGiven = backupPassphraseFile !== undefined || isInEnvironment(BACKUP);
  if (!isGiven && process.stdin.isTTY !== true)
    throw new QuantumLockError('BACKUP_KEY_REQUIRED', 'the backup is encrypted', {
      advice: `Name the identity (--identity), or give the passphrase with --backup-passphrase-file or in ${BACKUP.variable}.`,
    });
  const passphrase = await findOwnPassphrase(BACKUP, output, { file: backupPassphraseFile, purpose: 'open' });
  return { identities, passphrases: [passphrase] };
}

/** As age-keygen writes them: a line each, and remarks. */
function readIdentities(path: string): readonly string[] {
  const lines = readInputText(path, ARGUMENT_FILE_SIZE_BYTES_MAX).split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}
