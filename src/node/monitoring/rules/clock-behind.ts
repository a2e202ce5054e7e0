import { durationWords } from '../../../base/duration-words.ts';
import type { AlertRule } from '../alert-rule.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The chain is ahead of the machine's clock: one of them is wrong, and the alert says what brings them together again. */
export const clockBehind: AlertRule = {
  code: 'CLOCK_BEHIND_CHAIN',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ clock }) => {
    if (clock === null) return null;
    if (clock.state !== 'behind') return [];
    return [
      {
        code: 'CLOCK_BEHIND_CHAIN',
        severity: 'critical',
        message: `The clock of this machine is ${behindWords(-clock.offMs)} behind the chain: either it is wrong, or a block was sealed while a clock was ahead.`,
        advice:
          "Compare the machine's clock with one that you trust. If the machine is wrong, set it. If the chain ran ahead, propose to set it back: in Approvals, or with dm blockchain reset-clock. Until then what is signed carries the chain's time.",
      },
    ];
  },
};

/** In whole minutes, hours or days: it does not change at each look. */
function behindWords(behindMs: number): string {
  const unitMs = behindMs >= 2 * DAY_MS ? DAY_MS : behindMs >= 2 * HOUR_MS ? HOUR_MS : MINUTE_MS;
  return durationWords(Math.floor(behindMs / unitMs) * unitMs);
}
