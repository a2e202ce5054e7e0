import type { BackupEvent } from '../../api/operator/backups.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { SignCard } from './backup-card.ts';
import type { SignManifest } from './backup-format.ts';
import { copyBackup, type Copied, type CopyOptions } from './copy-backup.ts';
import type { Destination } from './destinations/destination.ts';
import { findBase } from './find-base.ts';
import { stageBackup } from './stage-backup.ts';
import { withScratch } from './with-scratch.ts';

/** `schedule`: how many backups, the full one included, continue one another; to whom they are encrypted; what is deleted afterwards. */
export interface RunBackupOptions extends CopyOptions {
  readonly destinations: readonly Destination[];
  /** The newest block that the node found final. */
  readonly finalHeight: number;
  /** A full one, whatever there is to continue. */
  readonly full: boolean;
  readonly sign: SignManifest;
  /** Asked for where the schedule encrypts. */
  readonly signCard: SignCard;
  readonly software: string;
}

type Done = Extract<BackupEvent, { type: 'done' }>;

/**
 * Makes a backup, copies it to each destination, reads each copy back, and deletes what the schedule no longer keeps. A
 * destination that fails keeps no other from its copy, and is told.
 * @throws INPUT_INVALID without a destination, DESTINATION_FAILED where no copy was made, and what making a backup throws
 */
export async function runBackup(options: RunBackupOptions): Promise<Done> {
  const { dataDirectory, destinations, now, schedule } = options;
  if (destinations.length === 0)
    throw new QuantumLockError('INPUT_INVALID', 'there is no destination to back up to', {
      advice: 'Add one first: a folder on another disk, or a store.',
    });
  const begin = performance.now();
  return withScratch(dataDirectory, async (scratch) => {
    const staged = await stageBackup(
      {
        dataDirectory,
        finalHeight: options.finalHeight,
        scratch,
        base: options.full ? null : await findBase(destinations, options),
        withContent: schedule?.with_content ?? true,
        recipients: schedule?.recipients ?? [],
        createdAt: now(),
        software: options.software,
      },
      options,
    );
    const copied: Copied[] = [];
    for (const destination of destinations) copied.push(await copyBackup(destination, staged, options));
    const copies = copied.map(({ told }) => told);
    const first = copies.find(({ problem }) => problem !== null)?.problem ?? null;
    if (first !== null && !copied.some(({ isThere }) => isThere))
      throw new QuantumLockError('DESTINATION_FAILED', `the backup could be copied nowhere: ${first.message}`, {
        advice: first.advice,
      });
    const { backup, size, manifest } = staged.made;
    return {
      type: 'done',
      backup,
      kind: manifest.kind,
      to_height: manifest.to.height,
      size_bytes: size,
      is_encrypted: staged.card !== null,
      copies,
      duration_ms: performance.now() - begin,
    };
  });
}
