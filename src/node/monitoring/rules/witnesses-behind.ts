import { durationWords } from '../../../base/duration-words.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import type { AlertRule, Finding } from '../alert-rule.ts';

/** Enough witnesses have not seen the newest head within the time that was set, or one of them saw another history. */
export const witnessesBehind: AlertRule = {
  code: 'WITNESSES_BEHIND',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ witnesses, now }) => {
    if (witnesses instanceof QuantumLockError)
      return [
        {
          code: 'WITNESSES_BEHIND',
          subject: 'unreadable',
          severity: 'warning',
          message: `It cannot be read which witnesses there are: ${witnesses.message}.`,
          advice: witnesses.advice,
        },
      ];
    if (witnesses === null) return [];
    const { unseenSince, setAt, withinMs, seenSize, problems } = witnesses;
    const findings: Finding[] = problems
      .filter(({ isFork }) => isFork)
      .map(({ name, message }) => ({
        code: 'WITNESSES_BEHIND',
        subject: `fork ${name}`,
        severity: 'critical',
        message: `The witness ${name} saw another history of this log: ${message}.`,
        advice:
          'This chain was put back, or there are two of it. Compare it with the newest backup before anybody relies on it.',
      }));
    const since = unseenSince === null ? null : Math.max(unseenSince, setAt);
    if (since !== null && now - since > withinMs) {
      const reasons = problems.map(({ name, message }) => `${name}: ${message}`).join('; ');
      findings.push({
        code: 'WITNESSES_BEHIND',
        subject: 'late',
        severity: 'warning',
        since,
        message: `Enough witnesses saw the log up to ${seenSize} transactions, and none of what came after within ${durationWords(withinMs)}.${reasons === '' ? '' : ` ${reasons}.`}`,
        advice: 'See that the witnesses can be reached and know this log, then run `dm checkpoint publish`.',
      });
    }
    return findings;
  },
};
