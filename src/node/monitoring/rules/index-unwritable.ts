import type { AlertRule } from '../alert-rule.ts';
import { errorFinding } from '../error-finding.ts';

/** What is found rests on an index that does not follow the chain any more. */
export const indexUnwritable: AlertRule = {
  code: null,
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ indexFailure }) => (indexFailure === null ? [] : [errorFinding('critical', indexFailure)]),
};
