import { z } from 'zod';
import type { Json } from '../../base/canonical.ts';
import { calendarWords } from '../../base/calendar-words.ts';
import { CALENDAR_TIME_MAX } from '../../base/limits.ts';
import { reject } from '../rejections.ts';
import type { ClockRecord } from '../state-types.ts';
import { authoriserOf, defineAction } from './action.ts';
import { count, text } from './fields.ts';
import { GOVERNANCE } from './governance.ts';

/**
 * Sets the chain's time back, for a chain whose blocks ran ahead. From the next block on the chain is in a new era: what was
 * signed in an earlier one, transactions, approvals and proofs of possession alike, is worth nothing, and open proposals end.
 * So nothing that was seen before can be sent again, though the times of the new era were used before.
 */
export const resetClock = defineAction({
  ...GOVERNANCE,
  name: 'reset_clock',
  payload: z.strictObject({
    /** Unix milliseconds: the least time of a block from then on. */
    time: count.max(CALENDAR_TIME_MAX),
    reason: text,
  }),
  title: ({ time }) => `Set the chain's clock back to ${calendarWords(time)}`,
  summarize: ({ time, reason }) => `Set the chain's clock back to ${calendarWords(time)}: ${reason}`,
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
