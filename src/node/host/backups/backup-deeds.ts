import { resolve } from 'node:path';
import { fullWords, keptWords } from '../../../api/operator/backups.ts';
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
import { isEncryptedBackup } from '../../recovery/open-backup.ts';
import type { AskedDeed } from '../host-deeds.ts';
import type { BackupHost } from './backup-host.ts';
import { restoring } from './backup-jobs.ts';
import { keyPlaceOf } from './host-destinations.ts';

type BackupDeedInput = Extract<
  DeedInput,
  { deed: 'restore_backup' | 'add_backup_destination' | 'remove_backup_destination' | 'set_backup_schedule' }
>;

/** What changes where backups go, when, and what is restored: a page asks, and a person confirms. */
export function backupDeed(host: BackupHost, input: BackupDeedInput): AskedDeed {
  switch (input.deed) {
    case 'restore_backup':
      return restoreDeed(host, input);
    case 'add_backup_destination':
      return addDeed(host, input);
    case 'remove_backup_destination':
      return removeDeed(host, input);
    case 'set_backup_schedule':
      return scheduleDeed(host, input);
  }
}

function restoreDeed(host: BackupHost, input: Extract<BackupDeedInput, { deed: 'restore_backup' }>): AskedDeed {
  const { dataDirectory } = host;
  const source =
    input.source.from === 'files'
      ? { ...input.source, paths: input.source.paths.map((path) => host.folders.resolve(path)) }
      : input.source;
  const isEncrypted = source.from === 'files' && source.paths.some(isEncryptedBackup);
  const what = source.from === 'files' ? source.paths.join(', ') : `the backup ${source.backup}`;
  return {
    described: {
      kind: 'restore_backup',
      sentence: `Puts the chain of ${what} into the place of the one in ${dataDirectory}, once all of it is verified.`,
      warnings: [
        'Blocks that were sealed after the backup are not in it. The chain that is here now is kept beside, whole.',
        'While it is restored, nothing is sealed here.',
      ],
      asks: isEncrypted ? ['backup_passphrase'] : [],
    },
    perform: ({ backup_passphrase: passphrase }) => {
      assertSame(host, dataDirectory);
      const keys = { identities: [], passphrases: passphrase === undefined ? [] : [passphrase] };
      // It continues by itself: the job tells how it ends.
      host.jobs.start(restoring(host, source, keys));
      return Promise.resolve(null);
    },
  };
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
        'Anyone who can read there can read everything that is on the chain, and the files of its environments.',
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
  return {
    described: {
      kind: 'set_backup_schedule',
      sentence:
        schedule === null
          ? `Makes no more backups of ${dataDirectory} by itself.`
          : `Backs ${dataDirectory} up every ${counted(schedule.every_hours, 'hour')}, ${fullWords(schedule)}, and keeps ${keptWords(schedule)}.`,
      warnings: schedule === null ? [] : ['Older backups are deleted in every destination that does not lock them.'],
      asks: [],
    },
    perform: () => {
      assertSame(host, dataDirectory);
      setSchedule(dataDirectory, schedule, host.options.now());
      return Promise.resolve(null);
    },
  };
}

/** @throws SIGNING_EXPIRED */
function assertSame(host: BackupHost, directory: string): void {
  if (host.dataDirectory !== directory)
    throw new QuantumLockError('SIGNING_EXPIRED', 'another chain was opened meanwhile');
}
