import type { AlertRule } from '../alert-rule.ts';
import { errorFinding } from '../error-finding.ts';

/** Rows of chain.db do not fit their hashes: nothing is sealed behind them. */
export const chainDamaged: AlertRule = {
  code: null,
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ chainDamage }) => (chainDamage === null ? [] : [errorFinding('critical', chainDamage)]),
};
