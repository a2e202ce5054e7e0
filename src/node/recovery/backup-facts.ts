import { statSync } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { stampOf } from '../data-directory/file-stamp.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import type { BackupFacts } from '../monitoring/facts.ts';
import { BACKUP_LOG, newestFailure, readBackupLog } from './backup-log.ts';
import { DRILL_LOG, readDrills } from './drill-log.ts';
import { readRecoveryConfig, RECOVERY_CONFIG } from './recovery-config.ts';

/** How the scheduled backups of a directory fare. It is asked at every look at a node, and its files grow: they are read again when one has changed. */
export class BackupFactsReader {
  readonly #dataDirectory: string;
  #stamps: string | null = null;
  #facts: BackupFacts | null = null;

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
  }

  /** Null where none are scheduled; an error where that cannot be read. */
  read(): BackupFacts | QuantumLockError | null {
    try {
      // Before they are read: what changes meanwhile is read the next time.
      const stamps = stampsIn(this.#dataDirectory);
      if (stamps === this.#stamps) return this.#facts;
      this.#facts = readBackupFacts(this.#dataDirectory);
      this.#stamps = stamps;
      return this.#facts;
    } catch (error) {
      if (error instanceof QuantumLockError) return error;
      throw error;
    }
  }
}

function stampsIn(dataDirectory: string): string {
  const stamps = [RECOVERY_CONFIG, BACKUP_LOG, DRILL_LOG].map((name) => {
    const path = join(dataDirectory, name);
    const stats = guardStorage(path, () => statSync(path, { bigint: true, throwIfNoEntry: false }));
    return stats === undefined ? 'none' : stampOf(stats);
  });
  return stamps.join(' ');
}

function readBackupFacts(dataDirectory: string): BackupFacts | null {
  const { schedule, scheduled_at } = readRecoveryConfig(dataDirectory);
  if (schedule === null || scheduled_at === null) return null;
  const log = readBackupLog(dataDirectory);
  return {
    since: scheduled_at,
    everyHours: schedule.every_hours,
    drillEveryDays: schedule.drill_every_days,
    isEncrypted: schedule.recipients.length > 0,
    // Each copy is read back when it is made; one that is checked again is no newer for it.
    verifiedAt: log.findLast(({ event }) => event === 'copied')?.at ?? null,
    drilledAt: readDrills(dataDirectory).find(({ statement }) => statement.ok)?.statement.at ?? null,
    failure: newestFailure(log),
  };
}
