import { resolve } from 'node:path';
import { encryptedWords, fullWords, keptWords, type BackupSchedule } from '../../../api/operator/backups.ts';
import type { DeedInput } from '../../../api/operator/deeds.ts';
import { counted } from '../../../base/count-words.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { forgetDestinationKeys, keepDestinationKeys } from '../../recovery/destination-keys.ts';
import { encrypterOf } from '../../recovery/encryption.ts';
import {
  addDestination,
  noSuchDestination,
  readRecoveryConfig,
  removeDestination,
  setSchedule,
} from '../../recovery/recovery-config.ts';
import type { AskedDeed } from '../host-deeds.ts';
import type { BackupHost } from './backup-host.ts';
import { keyPlaceOf } from './host-destinations.ts';

export type BackupSettingInput = Extract<
  DeedInput,
  { deed: 'add_backup_destination' | 'remove_backup_destination' | 'set_backup_schedule' }
>;

/** Whose settings they are: of a host, or of a command beside it. A node reads them again at each look. */
export interface SettingPlace extends Pick<BackupHost, 'dataDirectory' | 'keyring'> {
  readonly options: Pick<BackupHost['options'], 'now'>;
}

/** Where backups go, and when: as a person reads it on every surface, and what it does. @throws NOT_FOUND, INPUT_INVALID */
export function backupSettingDeed(place: SettingPlace, input: BackupSettingInput): AskedDeed {
  switch (input.deed) {
    case 'add_backup_destination':
      return addDeed(place, input);
    case 'remove_backup_destination':
      return removeDeed(place, input);
    case 'set_backup_schedule':
      return scheduleDeed(place, input);
  }
}

function addDeed(
  place: SettingPlace,
  { destination }: Extract<BackupSettingInput, { deed: 'add_backup_destination' }>,
): AskedDeed {
  const { dataDirectory } = place;
  const kept = destination.kind === 'folder' ? { ...destination, path: resolve(destination.path) } : destination;
  const where = kept.kind === 'folder' ? `the folder ${kept.path}` : `the bucket ${kept.bucket} of ${kept.endpoint}`;
  return {
    described: {
      kind: 'add_backup_destination',
      sentence: `Copies the backups of ${dataDirectory} to ${where}, as “${kept.name}”.`,
      warnings: [
        'Anyone who can read there can read everything that is on the chain, and the files of its environments, unless the schedule encrypts the copies.',
      ],
      asks: kept.kind === 's3' ? ['access_key', 'secret_key'] : [],
    },
    perform: async ({ access_key: accessKeyId, secret_key: secretAccessKey }) => {
      assertSame(place, dataDirectory);
      const { id } = addDestination(dataDirectory, kept);
      if (accessKeyId !== undefined && secretAccessKey !== undefined)
        await keepDestinationKeys(await keyPlaceOf(place), id, { accessKeyId, secretAccessKey });
      return null;
    },
  };
}

function removeDeed(
  place: SettingPlace,
  { destination_id: id }: Extract<BackupSettingInput, { deed: 'remove_backup_destination' }>,
): AskedDeed {
  const { dataDirectory } = place;
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
      assertSame(place, dataDirectory);
      removeDestination(dataDirectory, id);
      await forgetDestinationKeys(await keyPlaceOf(place), id);
      return null;
    },
  };
}

function scheduleDeed(
  place: SettingPlace,
  { schedule }: Extract<BackupSettingInput, { deed: 'set_backup_schedule' }>,
): AskedDeed {
  const { dataDirectory } = place;
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
      assertSame(place, dataDirectory);
      setSchedule(dataDirectory, schedule, place.options.now());
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
export function assertSame(place: Pick<BackupHost, 'dataDirectory'>, directory: string): void {
  if (place.dataDirectory !== directory)
    throw new QuantumLockError('SIGNING_EXPIRED', 'another chain was opened meanwhile');
}
