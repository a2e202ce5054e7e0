import { statSync } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { BACKUP_LOG_FILE, readBackupLog, type BackupEntry } from './backup-log.ts';
import { DRILL_LOG_FILE, readDrills } from './drill-log.ts';
import { readRecoveryConfig, RECOVERY_CONFIG_FILE } from './recovery-config.ts';
import type { BackupFacts } from '../monitoring/facts.ts';

/** Reads the facts again only where a file of them has changed: a status is asked for every few seconds, and the logs only grow. */
export class KeptBackupFacts {
  readonly #dataDirectory: string;
  #kept: { readonly stamp: string; readonly facts: BackupFacts | null } | null = null;

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
  }

  read(): BackupFacts | null {
    const stamp = stampOf(this.#dataDirectory);
    if (this.#kept?.stamp !== stamp) this.#kept = { stamp, facts: readBackupFacts(this.#dataDirectory) };
    return this.#kept.facts;
  }
}

/** Another one after each write: the logs grow, and the configuration is another file. */
function stampOf(dataDirectory: string): string {
  return [RECOVERY_CONFIG_FILE, BACKUP_LOG_FILE, DRILL_LOG_FILE]
    .map((name) => {
      try {
        const { ino, size, mtimeMs } = statSync(join(dataDirectory, name));
        return `${ino} ${size} ${mtimeMs}`;
      } catch {
        // Not there, or not to be read: which of both, reading it says.
        return '';
      }
    })
    .join(', ');
}

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
function backupFacts(dataDirectory: string): BackupFacts | null {
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
