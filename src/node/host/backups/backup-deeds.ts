import type { DeedInput } from '../../../api/operator/deeds.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { fingerprintOf } from '../../recovery/backup-card.ts';
import type { BackupCopy } from '../../recovery/copies.ts';
import { recipientOf, type BackupKeys } from '../../recovery/encryption.ts';
import { keyKindOf } from '../../recovery/open-backup.ts';
import { findLine } from '../../recovery/verify-copy.ts';
import type { SecretName, Secrets } from '../asked-secrets.ts';
import type { AskedDeed } from '../host-deeds.ts';
import type { BackupHost } from './backup-host.ts';
import { drilling, restoring } from './backup-jobs.ts';
import { assertSame, backupSettingDeed, type BackupSettingInput } from './backup-settings.ts';
import { destinationOf } from './host-destinations.ts';

type BackupDeedInput = BackupSettingInput | Extract<DeedInput, { deed: 'restore_backup' | 'rehearse_backup' }>;

/** What changes where backups go, when, and what is restored: a page asks, and a person confirms. */
export async function backupDeed(host: BackupHost, input: BackupDeedInput): Promise<AskedDeed> {
  switch (input.deed) {
    case 'restore_backup':
      return restoreDeed(host, input);
    case 'rehearse_backup':
      return rehearseDeed(host, input);
    case 'add_backup_destination':
    case 'remove_backup_destination':
    case 'set_backup_schedule':
      return backupSettingDeed(host, input);
  }
}

async function restoreDeed(
  host: BackupHost,
  input: Extract<BackupDeedInput, { deed: 'restore_backup' }>,
): Promise<AskedDeed> {
  const { dataDirectory } = host;
  const source =
    input.source.from === 'files'
      ? { ...input.source, paths: input.source.paths.map((path) => host.folders.resolve(path)) }
      : input.source;
  const line =
    source.from === 'files'
      ? []
      : await findLine(await destinationOf(host, source.destination_id), source.backup, dataDirectory);
  const kinds = source.from === 'files' ? source.paths.map(keyKindOf) : [];
  const asks: SecretName[] = kinds.includes('passphrase') ? ['backup_passphrase'] : [];
  if (kinds.includes('identity') || line.some(({ card }) => card !== null)) asks.push('backup_identity');
  const what = source.from === 'files' ? source.paths.join(', ') : `the backup ${source.backup}`;
  return {
    described: {
      kind: 'restore_backup',
      sentence: `Puts the chain of ${what} into the place of the one in ${dataDirectory}, once all of it is verified.`,
      warnings: [
        'Blocks that were sealed after the backup are not in it. The chain that is here now is kept beside, whole.',
        'While it is restored, nothing is sealed here.',
      ],
      asks,
    },
    perform: async (secrets) => {
      assertSame(host, dataDirectory);
      const keys = await keysOf(secrets, line);
      // It continues by itself: the job tells how it ends.
      host.jobs.start(restoring(host, source, keys));
      return null;
    },
  };
}

async function rehearseDeed(
  host: BackupHost,
  { destination_id, backup }: Extract<BackupDeedInput, { deed: 'rehearse_backup' }>,
): Promise<AskedDeed> {
  const { dataDirectory } = host;
  const destination = await destinationOf(host, destination_id);
  const line = await findLine(destination, backup, dataDirectory);
  return {
    described: {
      kind: 'rehearse_backup',
      sentence: `Rehearses a restore of ${line.at(-1)?.name ?? backup} from ${destination.place}: it is decrypted and verified in a folder that is removed afterwards. Nothing is put in place.`,
      warnings: [],
      asks: line.some(({ card }) => card !== null) ? ['backup_identity'] : [],
    },
    perform: async (secrets) => {
      assertSame(host, dataDirectory);
      const keys = await keysOf(secrets, line);
      host.jobs.start(drilling(host, { destination_id, backup, keys }));
      return null;
    },
  };
}

/**
 * What was typed, tried as far as that is possible before the work begins: an identity that is none of the cards' recipients opens
 * nothing. @throws PASSPHRASE_WRONG: then a person may type again
 */
async function keysOf(
  { backup_passphrase: passphrase, backup_identity: typed }: Secrets,
  line: readonly BackupCopy[],
): Promise<BackupKeys> {
  const passphrases = passphrase === undefined ? [] : [passphrase];
  if (typed === undefined) return { identities: [], passphrases };
  const identity = typed.trim();
  const recipient = await recipientOf(identity).catch((cause: unknown) => {
    throw new QuantumLockError('PASSPHRASE_WRONG', 'that is no age identity', { cause });
  });
  const fingerprint = fingerprintOf(recipient);
  for (const { name, card } of line)
    if (card !== null && !card.card.recipients.includes(fingerprint))
      throw new QuantumLockError(
        'PASSPHRASE_WRONG',
        `the identity of ${recipient} does not open ${name}, which is encrypted to others`,
      );
  return { identities: [identity], passphrases };
}
