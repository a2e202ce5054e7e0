import { resolve } from 'node:path';
import { encryptedWords, fullWords, keptWords, type BackupSchedule } from '../../../api/operator/backups.ts';
import type { DeedInput } from '../../../api/operator/deeds.ts';
import { counted } from '../../../base/count-words.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { keepDestinationKeys, forgetDestinationKeys } from '../../recovery/destination-keys.ts';
import {
  addDestination,
  noSuchDestination,
  readRecoveryConfig,
  removeDestination,
  setSchedule,
} from '../../recovery/recovery-config.ts';
import { fingerprintsOf } from '../../recovery/backup-card.ts';
import type { BackupCopy } from '../../recovery/copies.ts';
import { encrypterOf, recipientOf, type BackupKeys } from '../../recovery/encryption.ts';
import { keyKindOf } from '../../recovery/open-backup.ts';
import { findLine } from '../../recovery/verify-copy.ts';
import type { SecretName, Secrets } from '../asked-secrets.ts';
import type { AskedDeed } from '../host-deeds.ts';
import type { BackupHost } from './backup-host.ts';
import { drilling, restoring } from './backup-jobs.ts';
import { destinationOf, keyPlaceOf } from './host-destinations.ts';

type BackupDeedInput = Extract<
  DeedInput,
  {
    deed:
      | 'restore_backup'
      | 'rehearse_backup'
      | 'add_backup_destination'
      | 'remove_backup_destination'
      | 'set_backup_schedule';
  }
>;

/** What changes where backups go, when, and what is restored: a page asks, and a person confirms. */
export async function backupDeed(host: BackupHost, input: BackupDeedInput): Promise<AskedDeed> {
  switch (input.deed) {
    case 'restore_backup':
      return restoreDeed(host, input);
    case 'rehearse_backup':
      return rehearseDeed(host, input);
    case 'add_backup_destination':
      return addDeed(host, input);
    case 'remove_backup_destination':
      return removeDeed(host, input);
    case 'set_backup_schedule':
      return scheduleDeed(host, input);
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
  const [fingerprint] = fingerprintsOf([recipient]);
  for (const { name, card } of line)
    if (card !== null && !card.card.recipients.some((each) => each === fingerprint))
      throw new QuantumLockError('PASSPHRASE_WRONG', `${name} is encrypted to other recipients than ${recipient}`);
  return { identities: [identity], passphrases };
}

function addDeed(
  host: BackupHost,
  { destination }: Extract<BackupDeedInput, { deed: 'add_backup_destination' }>,
): AskedDeed {
  const { dataDirectory } = host;
  const kept = destination.kind === 'folder' ? { ...destination, path: resolve(destination.path) } : destination;
  const place = kept.kind === 'folder' ? `the folder ${kept.path}` : `the bucket ${kept.bucket} of ${kept.endpoint}`;
  return {
    described: {
      kind: 'add_backup_destination',
      sentence: `Copies the backups of ${dataDirectory} to ${place}, as “${kept.name}”.`,
      warnings: [
        'Anyone who can read there can read everything that is on the chain, and the files of its environments, unless the schedule encrypts the copies.',
      ],
      asks: kept.kind === 's3' ? ['access_key', 'secret_key'] : [],
    },
    perform: async ({ access_key: accessKeyId, secret_key: secretAccessKey }) => {
      assertSame(host, dataDirectory);
      const { id } = addDestination(dataDirectory, kept);
      if (accessKeyId !== undefined && secretAccessKey !== undefined)
        await keepDestinationKeys(await keyPlaceOf(host), id, { accessKeyId, secretAccessKey });
      return null;
    },
  };
}

function removeDeed(
  host: BackupHost,
  { destination_id: id }: Extract<BackupDeedInput, { deed: 'remove_backup_destination' }>,
): AskedDeed {
  const { dataDirectory } = host;
  const kept = readRecoveryConfig(dataDirectory).destinations.find((each) => each.id === id);
  if (kept === undefined) throw noSuchDestination(id);
  return {
    described: {
      kind: 'remove_backup_destination',
      sentence: `Makes no more backups to “${kept.destination.name}”. What lies there stays there.`,
      warnings: [],
      asks: [],
    },
    perform: async () => {
      assertSame(host, dataDirectory);
      removeDestination(dataDirectory, id);
      await forgetDestinationKeys(await keyPlaceOf(host), id);
      return null;
    },
  };
}

function scheduleDeed(
  host: BackupHost,
  { schedule }: Extract<BackupDeedInput, { deed: 'set_backup_schedule' }>,
): AskedDeed {
  const { dataDirectory } = host;
  if (schedule !== null && schedule.recipients.length > 0) encrypterOf({ recipients: schedule.recipients });
  return {
    described: {
      kind: 'set_backup_schedule',
      sentence:
        schedule === null
          ? `Makes no more backups of ${dataDirectory} by itself.`
          : `Backs ${dataDirectory} up every ${counted(schedule.every_hours, 'hour')}, ${fullWords(schedule)}, ${encryptedWords(schedule)}, and keeps ${keptWords(schedule)}.`,
      warnings: schedule === null ? [] : scheduleWarnings(schedule),
      asks: [],
    },
    perform: () => {
      assertSame(host, dataDirectory);
      setSchedule(dataDirectory, schedule, host.options.now());
      return Promise.resolve(null);
    },
  };
}

function scheduleWarnings({ recipients, drill_every_days }: BackupSchedule): readonly string[] {
  return [
    'Older backups are deleted in every destination that does not lock them.',
    ...(recipients.length === 0
      ? []
      : [
          `Nobody can restore the copies without an identity of one of these, this machine neither: ${recipients.join(', ')}.`,
          ...(drill_every_days === null
            ? []
            : ['A restore of what is encrypted is not rehearsed by itself: an alert says when a person is to do it.']),
        ]),
  ];
}

/** @throws SIGNING_EXPIRED */
function assertSame(host: BackupHost, directory: string): void {
  if (host.dataDirectory !== directory)
    throw new QuantumLockError('SIGNING_EXPIRED', 'another chain was opened meanwhile');
}
