import { QuantumLockError } from '../../../base/errors.ts';
import type { AlertRule } from '../alert-rule.ts';

/** What says where backups go, and when, cannot be read: none is made. */
export const backupsUnreadable: AlertRule = {
  code: 'BACKUPS_UNREADABLE',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ backups }) =>
    backups instanceof QuantumLockError
      ? [
          {
            code: 'BACKUPS_UNREADABLE',
            severity: 'warning',
            message: `No backup is made: ${backups.message}.`,
            advice: backups.advice,
          },
        ]
      : [],
};
