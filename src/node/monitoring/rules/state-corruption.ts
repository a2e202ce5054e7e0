import type { AlertRule } from '../alert-rule.ts';

/** The last integrity check of this run did not hold. */
export const stateCorruption: AlertRule = {
  code: 'STATE_CORRUPTION',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ verified }) =>
    verified === null || verified.ok
      ? []
      : [
          {
            code: 'STATE_CORRUPTION',
            severity: 'critical',
            message: 'The last integrity check found damage.',
            advice:
              'Open Recovery, Integrity, for the place and the repair. What cannot be repaired comes from a backup.',
            since: verified.time,
          },
        ],
};
