import type { BackupSchedule } from '../../api/operator/backups.ts';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { BackupBase } from './backup-base.ts';
import { fingerprintsOf } from './backup-card.ts';
import { readBackupLog } from './backup-log.ts';
import { lineOf, type BackupCopy } from './copies.ts';
import type { Destination } from './destinations/destination.ts';
import { lookInto } from './look-into.ts';

/**
 * The newest backup that every destination has with all that it continues, for an incremental one to continue; null for a full one.
 * Only what this machine wrote there by its own log is continued, and only where all of it is encrypted to the same recipients as
 * the next one is to be: so one identity opens all of a line.
 */
export async function findBase(
  destinations: readonly Destination[],
  { dataDirectory, schedule }: { readonly dataDirectory: string; readonly schedule: BackupSchedule | null },
): Promise<BackupBase | null> {
  const written = new Map(
    readBackupLog(dataDirectory).flatMap((entry) => (entry.event === 'copied' ? [[entry.backup, entry] as const] : [])),
  );
  const [first, ...others] = await Promise.all(
    destinations.map(async (destination) => {
      const copies = await copiesOrNone(destination, dataDirectory);
      return copies.filter(({ backup }) => written.has(backup));
    }),
  );
  const newest = first?.find(
    ({ backup }) => lineOf(first, backup) !== null && others.every((copies) => lineOf(copies, backup) !== null),
  );
  if (first === undefined || newest === undefined) return null;
  const { backup, content, summary } = newest;
  const { chain_id, genesis, depth, to } = summary;
  if (depth + 1 >= (schedule?.full_every ?? 1)) return null;
  const recipients = fingerprintsOf(schedule?.recipients ?? []);
  if (lineOf(first, backup)?.every((copy) => isEncryptedTo(copy, recipients)) !== true) return null;
  return { chain_id, genesis, backup, depth, to, content: content ?? written.get(backup)?.content ?? null };
}

function isEncryptedTo({ card }: BackupCopy, recipients: readonly Hash[]): boolean {
  return (card?.card.recipients ?? []).join(' ') === recipients.join(' ');
}

/** Of a destination that cannot be reached nothing is known to continue: that is told where it is copied to. */
async function copiesOrNone(destination: Destination, dataDirectory: string): Promise<readonly BackupCopy[]> {
  try {
    return (await lookInto(destination, dataDirectory)).copies;
  } catch (error) {
    if (error instanceof QuantumLockError) return [];
    throw error;
  }
}
