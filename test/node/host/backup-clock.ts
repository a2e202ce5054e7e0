import type { BackupSchedule } from '../../../src/api/operator/backups.ts';
import type { BackupHost } from '../../../src/node/host/backups/backup-host.ts';
import { BackupScheduler } from '../../../src/node/host/backups/backup-scheduler.ts';
import type { Host } from '../../../src/node/host/host.ts';
import { setSchedule } from '../../../src/node/recovery/recovery-config.ts';

const HOUR_MS = 3_600_000;

/** The scheduler of a real host, by a clock of the test's own, which is years ahead: the host's own scheduler never has anything to do. */
export class BackupClock {
  now = Date.now() + 20_000 * 24 * HOUR_MS;
  /** The host, as the work with its backups has it. */
  readonly host: BackupHost;
  readonly #scheduler: BackupScheduler;
  readonly #directory: string;

  constructor(host: Host) {
    this.#directory = host.dataDirectory;
    this.host = {
      dataDirectory: host.dataDirectory,
      keyring: host.keyring,
      jobs: host.jobs,
      folders: host.folders,
      options: { ...host.options, now: () => this.now },
      get isOpen() {
        return host.isOpen;
      },
      get node() {
        return host.node;
      },
      chain: host.chain,
      tryOpen: (passphrase) => host.tryOpen(passphrase),
    };
    this.#scheduler = new BackupScheduler(this.host);
  }

  schedule(schedule: BackupSchedule): void {
    setSchedule(this.#directory, schedule, this.now);
  }

  /** What is due so many hours later is done when this resolves. */
  async afterHours(hours: number): Promise<void> {
    this.now += hours * HOUR_MS;
    await this.#scheduler.look();
  }
}
