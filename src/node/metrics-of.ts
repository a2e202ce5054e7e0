import type { Metrics } from '../api/chain/node.ts';
import type { ClockReading } from './clock/sealing-clock.ts';
import { intervalsOf, type IntervalSpan, type MeterPoint } from './monitoring/finality-meter.ts';
import { throughputPoints } from './monitoring/throughput-points.ts';

interface Measured {
  readonly clock: Pick<ClockReading, 'timestamp' | 'state'>;
  /** What the blocks of each interval hold; null for one that ended before the chain began. */
  readonly count: (
    span: IntervalSpan,
  ) => Promise<ReadonlyArray<{ readonly blocks: number; readonly transactions: number } | null>>;
  /** What this process measured; nothing where it seals nothing. */
  readonly measured: () => Promise<readonly MeterPoint[]>;
  /** Of this process, Unix milliseconds. */
  readonly startedAt: number;
  readonly now: number;
}

/** The figures of the last minutes, as they are reported. */
export async function metricsOf(
  minutes: number,
  { clock: { timestamp, state }, count, measured, startedAt, now }: Measured,
): Promise<Metrics> {
  const standsStill = state === 'behind';
  // Blocks that were sealed ahead of this clock are shown where they are, not left out.
  const at = Math.max(now, standsStill ? timestamp : now);
  const span = intervalsOf(at, minutes);
  const [counted, points] = await Promise.all([count(span), measured()]);
  return {
    at,
    interval_ms: span.intervalMs,
    points: throughputPoints({ counted, span, startedAt, standsStill }),
    measured: [...points],
  };
}
