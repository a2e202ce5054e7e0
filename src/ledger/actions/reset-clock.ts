import { z } from 'zod';
import type { Json } from '../../base/canonical.ts';
import { calendarWords } from '../../base/calendar-words.ts';
import { CALENDAR_TIME_MAX } from '../../base/limits.ts';
import { isoTime } from '../../base/iso-time.ts';
import { readClock } from '../governance/era.ts';
import { reject } from '../rejections.ts';
import type { ClockRecord } from '../state/records.ts';
import { authoriserOf, defineAction } from '../governance/action.ts';
import { text } from './fields.ts';
import { count } from '../../base/fields.ts';
import { GOVERNANCE } from './governance.ts';

/**
 * Sets the chain's time back, for a chain whose blocks ran ahead. From the next block on the chain is in a new era:
 * what was signed in an earlier one, transactions, approvals and proofs of possession alike, is not valid, and open
 * proposals end. So nothing that was seen before can be sent again, though the times of the new era were used before.
 */
export const resetClock = defineAction({
  ...GOVERNANCE,
  subject: "Setting the chain's clock back",
  name: 'reset_clock',
  payload: z.strictObject({
    /** Unix milliseconds: the least time of a block from then on. */
    time: count.max(CALENDAR_TIME_MAX),
    reason: text,
  }),
  title: ({ time }) => `Set the chain's clock back to ${calendarWords(time)}`,
  summarize: ({ time, reason }) => `Set the chain's clock back to ${calendarWords(time)}: ${reason}`,
  describe: ({ time }) =>
    `The chain's time is set back to ${isoTime(time)}, and a new era begins. Everything that was signed before is void from the next block on: open proposals end, and approvals and key cards that were not imported must be created again. No part of the history is removed.`,
  warnings({ time }, before) {
    const earlier = readClock(before);
    return [
      `Compare this time with a clock that you trust: ${isoTime(time)}.`,
      'Correct the clock of the machine that seals first. It would seal the wrong time again.',
      ...(earlier === null ? [] : [`The clock was reset before, ${isoTime(earlier.time)}: ${earlier.reason}`]),
    ];
  },
  apply({ state, chain, timestamp, transactionId, actor }, { time, reason }) {
    if (time >= timestamp)
      return reject('STATE_UNCHANGED', `the chain's time is ${timestamp}, which is not after that`);
    state.put('parameters', 'clock', {
      era: chain.era + 1,
      time,
      reset_at: timestamp,
      reason,
      member_id: authoriserOf(actor),
      transaction_id: transactionId,
    } satisfies ClockRecord as unknown as Json);
    // A floor of the era that ends would refuse everything.
    state.put('parameters', 'transaction_floor_at', time);
    return null;
  },
});
