import type { Metrics } from '../../api/chain/node.ts';
import type { IntervalSpan } from './finality-meter.ts';

/** What the blocks of each interval hold, as it is reported: null where it is not known. */
export function throughputPoints({
  counted,
  span: { from, intervalMs },
  startedAt,
  standsStill,
}: {
  /** One for each interval; null for one that ended before the chain began. */
  readonly counted: ReadonlyArray<{ readonly blocks: number; readonly transactions: number } | null>;
  readonly span: IntervalSpan;
  /** Of this process, Unix milliseconds. */
  readonly startedAt: number;
  /** The chain's time does: it is ahead of the clock. */
  readonly standsStill: boolean;
}): Metrics['points'] {
  return counted.map((count, index) => {
    const time = from + index * intervalMs;
    const isLast = index === counted.length - 1;
    // No block shows whether anybody was there to make one, nor how long a time that stands still has lasted.
    const wasThere = !standsStill && time + intervalMs > startedAt;
    const isKnown = count !== null && (wasThere || count.blocks > 0) && !(standsStill && isLast);
    return { time, blocks: isKnown ? count.blocks : null, transactions: isKnown ? count.transactions : null };
  });
}
