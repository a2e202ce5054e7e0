import type { AlertRule } from '../alert-rule.ts';

/** The newest scheduled backup, or rehearsal of a restore, failed. */
export const backupFailed: AlertRule = {
  code: 'BACKUP_FAILED',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ backups }) => {
    const failure = backups?.failure ?? null;
    if (failure === null) return [];
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
