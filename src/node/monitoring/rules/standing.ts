import type { AlertRule } from '../alert-rule.ts';

/** What was found and repaired, or continues anyway, until a person has acknowledged it. */
export const standing: AlertRule = {
  code: null,
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ standing: alerts }) => alerts.map((alert) => ({ ...alert, subject: alert.message })),
};
