import { QuantumLockError } from '../../../base/errors.ts';
import { readBackupLog, recordBackup } from '../../recovery/backup-log.ts';
import { dueTimes } from '../../recovery/backup-schedule.ts';
import { readDrills } from '../../recovery/drill-log.ts';
import { NO_KEYS } from '../../recovery/encryption.ts';
import { readRecoveryConfig } from '../../recovery/recovery-config.ts';
import { failureOf } from '../../signing/question-book.ts';
import type { BackupHost } from './backup-host.ts';
import { backingUp, drilling } from './backup-jobs.ts';

/** A schedule is in hours. */
const LOOK_INTERVAL_MS = 60_000;

/** Makes backups and rehearsals when they are due, for as long as the chain is open and sealed here. */
export class BackupScheduler {
  readonly #host: BackupHost;
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;

  constructor(host: BackupHost) {
    this.#host = host;
  }

  start(): void {
    if (this.#host.options.mode === 'read') return;
    this.#timer = setInterval(() => void this.look(), LOOK_INTERVAL_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Does what is due, one after the other, and resolves when it is done. What fails is on record, and an alert. */
  async look(): Promise<void> {
    const { isOpen, dataDirectory, options } = this.#host;
    if (this.#isLooking || !isOpen || this.#host.node.validatorId === null) return;
    this.#isLooking = true;
    try {
      const config = readRecoveryConfig(dataDirectory);
      const due = dueTimes(config, { log: readBackupLog(dataDirectory), drills: readDrills(dataDirectory) });
      const now = options.now();
      if (due.backup !== null && due.backup <= now) await this.#run('backup');
      // What is encrypted is opened by a person: an alert says when it is due.
      const mayRehearse = config.schedule?.recipients.length === 0;
      if (mayRehearse && due.drill !== null && due.drill <= now) await this.#run('drill');
    } catch (error) {
      options.log(`The schedule of backups: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#isLooking = false;
    }
  }

  async #run(what: 'backup' | 'drill'): Promise<void> {
    const { dataDirectory, options } = this.#host;
    recordBackup(dataDirectory, { event: 'began', at: options.now(), what });
    try {
      const done = what === 'backup' ? await this.#backUp() : await this.#rehearse();
      recordBackup(dataDirectory, { event: 'succeeded', at: options.now(), what, ...done });
    } catch (error) {
      // Stopped by a person, or with the node: it is due again.
      if (error instanceof QuantumLockError && error.code === 'CANCELLED') return;
      const failure = failureOf(error, what === 'backup' ? 'the backup' : 'the rehearsal');
      recordBackup(dataDirectory, { event: 'failed', at: options.now(), what, ...failure });
    }
  }

  async #backUp(): Promise<{ readonly created_at: number; readonly to_height: number }> {
    const { job } = this.#host.jobs.start(backingUp(this.#host, {}));
    for await (const event of job.follow(undefined)) {
      if (event.type !== 'done') continue;
      const failed = event.copies.find(({ problem }) => problem !== null);
      if (failed?.problem !== undefined && failed.problem !== null)
        throw new QuantumLockError('DESTINATION_FAILED', failed.problem.message, { advice: failed.problem.advice });
      return { created_at: this.#host.options.now(), to_height: event.to_height };
    }
    throw new QuantumLockError('CANCELLED', 'the backup was stopped');
  }

  async #rehearse(): Promise<{ readonly created_at: number; readonly to_height: number }> {
    const { job } = this.#host.jobs.start(drilling(this.#host, { keys: NO_KEYS }));
    for await (const event of job.follow(undefined)) {
      if (event.type !== 'done') continue;
      const { ok, at, restored, findings } = event.drill;
      if (!ok) throw new QuantumLockError('DRILL_FAILED', `the rehearsal failed: ${findings[0]?.message ?? ''}`);
      return { created_at: at, to_height: restored?.height ?? 0 };
    }
    throw new QuantumLockError('CANCELLED', 'the rehearsal was stopped');
  }
}
