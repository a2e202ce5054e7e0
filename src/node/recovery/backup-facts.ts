import { QuantumLockError } from '../../base/errors.ts';
import { readBackupLog, type BackupEntry } from './backup-log.ts';
import { readDrills } from './drill-log.ts';
import { readRecoveryConfig } from './recovery-config.ts';
import type { BackupFacts } from '../monitoring/facts.ts';

/** As below; a configuration that cannot be read says nothing here: anyone who looks at the backups is told of it. */
export function readBackupFacts(dataDirectory: string): BackupFacts | null {
  try {
    return backupFacts(dataDirectory);
  } catch (error) {
    if (error instanceof QuantumLockError) return null;
    throw error;
  }
}

/** How the scheduled backups of a directory fare; null where none are scheduled. @throws STORAGE_CORRUPT, STORAGE_DENIED, STORAGE_FAILED */
export function backupFacts(dataDirectory: string): BackupFacts | null {
  const { schedule, scheduled_at } = readRecoveryConfig(dataDirectory);
  if (schedule === null || scheduled_at === null) return null;
  const log = readBackupLog(dataDirectory);
  const lastOf = (isWanted: (entry: BackupEntry) => boolean): number | null => log.findLast(isWanted)?.at ?? null;
  const ended = log.findLast(({ event }) => event === 'failed' || event === 'succeeded');
  return {
    since: scheduled_at,
    everyHours: schedule.every_hours,
    drillEveryDays: schedule.drill_every_days,
    verifiedAt: lastOf((entry) => entry.event === 'verified' && entry.ok),
    drilledAt: readDrills(dataDirectory).find(({ statement }) => statement.ok)?.statement.at ?? null,
    failure: ended?.event === 'failed' ? ended : null,
  };
}
