import { QuantumLockError } from '../../../base/errors.ts';
import type { AlertRule, Finding } from '../alert-rule.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** Intervals without one. One that is missed may be made an hour late; two are not. */
export const MISSED_MAX = 2;

/** No backup was verified, or no restore rehearsed, for twice as long as the schedule says; or a person's rehearsal is due. */
export const backupOverdue: AlertRule = {
  code: 'BACKUP_OVERDUE',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ backups, now }) => {
    if (backups instanceof QuantumLockError) return null;
    if (backups === null) return [];
    const { since, verifiedAt, everyHours, drilledAt, drillEveryDays, isEncrypted } = backups;
    const findings: Finding[] = [];
    const backupAge = now - (verifiedAt ?? since);
    if (backupAge > MISSED_MAX * everyHours * HOUR_MS)
      findings.push({
        code: 'BACKUP_OVERDUE',
        subject: 'backup',
        severity: 'warning',
        message: `No backup was made and verified for ${Math.floor(backupAge / HOUR_MS)} hours; one is due every ${everyHours}.`,
        advice: 'See that a destination can be reached, and back up now.',
      });
    const drillAge = now - (drilledAt ?? since);
    // What a person does is due when it is due: nothing of it is missed before.
    const intervals = isEncrypted ? 1 : MISSED_MAX;
    if (drillEveryDays !== null && drillAge > intervals * drillEveryDays * DAY_MS)
      findings.push({
        code: 'BACKUP_OVERDUE',
        subject: 'drill',
        severity: 'warning',
        message: `No restore was rehearsed with success for ${Math.floor(drillAge / DAY_MS)} days; one is due every ${drillEveryDays}.`,
        advice: isEncrypted
          ? 'Rehearse one now, with an identity that opens the copies: this machine has none, and cannot do it by itself.'
          : 'Rehearse one now: a backup that was never restored may not be one.',
      });
    return findings;
  },
};
