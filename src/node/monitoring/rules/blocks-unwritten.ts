import type { AlertRule } from '../alert-rule.ts';

/** The last block could not be committed. */
export const blocksUnwritten: AlertRule = {
  code: null,
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ sealing }) => {
    if (sealing === null) return null;
    if (sealing.failure === null) return [];
    const { code, message, advice, since } = sealing.failure;
    return [{ code, severity: 'critical', message: `Blocks cannot be written: ${message}`, advice, since }];
  },
};
