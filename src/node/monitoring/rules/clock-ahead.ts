import { clockError } from '../../clock/sealing-clock.ts';
import type { AlertRule } from '../alert-rule.ts';

/** The machine's clock says a time that nothing is sealed with. */
export const clockAhead: AlertRule = {
  code: 'CLOCK_IMPLAUSIBLE',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ clock }) => {
    if (clock === null) return null;
    if (clock.state !== 'ahead') return [];
    const { code, message, advice } = clockError(clock);
    return [{ code, severity: 'critical', message: `Nothing is sealed: ${message}.`, advice }];
  },
};
