import { QuantumLockError } from '../../../base/errors.ts';
import type { AlertRule } from '../alert-rule.ts';

/** The newest scheduled backup, or rehearsal of a restore, failed. */
export const backupFailed: AlertRule = {
  code: 'BACKUP_FAILED',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ backups }) => {
    if (backups instanceof QuantumLockError) return null;
    if (backups === null || backups.failure === null) return [];
    const { failure } = backups;
    const what = failure.what === 'backup' ? 'The scheduled backup' : 'The scheduled rehearsal of a restore';
    return [
      {
        code: 'BACKUP_FAILED',
        severity: 'warning',
        message: `${what} failed: ${failure.message}.`,
        advice: failure.advice,
        since: failure.at,
      },
    ];
  },
};
