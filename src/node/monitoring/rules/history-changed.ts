import type { AlertRule } from '../alert-rule.ts';
import { errorFinding } from '../error-finding.ts';

/** The chain is not the one that was seen here before: nothing is sealed on it. */
export const historyChanged: AlertRule = {
  code: null,
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ historyFault }) => (historyFault === null ? [] : [errorFinding('critical', historyFault)]),
};
