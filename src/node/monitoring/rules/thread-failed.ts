import type { AlertRule } from '../alert-rule.ts';
import { errorFinding } from '../error-finding.ts';

/** A thread of the node ended by an error, and stays away until the next start. */
export const threadFailed: AlertRule = {
  code: null,
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ threadFailures }) =>
    threadFailures.map((error) => ({ ...errorFinding('critical', error), subject: error.message })),
};
