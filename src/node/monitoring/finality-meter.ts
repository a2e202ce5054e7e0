import { assert } from '../../base/assert.ts';

/** One interval of the history of latency and refusals. Throughput is in the blocks (query/throughput.ts). */
export interface MeterPoint {
  /** Start of the interval, Unix milliseconds. */
  readonly time: number;
  /** Null where nobody measured: the interval ended before the meter began. */
  readonly rejected: number | null;
  readonly finality_p50_us: number | null;
  readonly finality_p99_us: number | null;
}

interface Interval {
  readonly time: number;
  rejected: number;
  /** A uniform sample of the interval's latencies, in microseconds. */
  readonly sample: number[];
  seen: number;
}

export const METER_INTERVAL_MS = 10_000;

/** The length of the intervals in which a span is reported: a few hundred of them. */
export function intervalOf(minutes: number): number {
  if (minutes <= 60) return METER_INTERVAL_MS;
  return minutes <= 6 * 60 ? 6 * METER_INTERVAL_MS : 30 * METER_INTERVAL_MS;
}

/** Intervals one after another. The last one has not ended. */
export interface IntervalSpan {
  /** Start of the first one, Unix milliseconds. */
  readonly from: number;
  readonly intervalMs: number;
  readonly count: number;
}

/** The intervals of the last `minutes`. */
export function intervalsOf(now: number, minutes: number): IntervalSpan {
  const intervalMs = intervalOf(minutes);
  const count = Math.ceil((minutes * 60_000) / intervalMs);
  return { from: Math.floor(now / intervalMs) * intervalMs - (count - 1) * intervalMs, intervalMs, count };
}

const INTERVALS_MAX = (24 * 3_600_000) / METER_INTERVAL_MS;
const SAMPLE_MAX = 512;

export function percentile(sorted: readonly number[], fraction: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * fraction) - 1)] ?? null;
}

/** Refusals and latency over the last day, in intervals of ten seconds. Bounded memory. */
export class FinalityMeter {
  readonly #now: () => number;
  readonly #begin: number;
  readonly #intervals: Interval[] = [];
  #random = 1;

  constructor(now: () => number) {
    this.#now = now;
    this.#begin = now();
  }

  rejected(count: number): void {
    this.#current().rejected += count;
  }

  /** Time from submission to disk of one transaction. */
  latency(us: number): void {
    const interval = this.#current();
    interval.seen++;
    if (interval.sample.length < SAMPLE_MAX) interval.sample.push(us);
    else {
      // Reservoir sampling (Vitter's algorithm R); a linear congruential step is random enough for a chart.
      this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
      const place = Math.floor((this.#random / 2 ** 32) * interval.seen);
      if (place < SAMPLE_MAX) interval.sample[place] = us;
    }
  }

  /** Points of the last `minutes`, oldest first. */
  points(minutes: number): MeterPoint[] {
    const { from, intervalMs, count } = intervalsOf(this.#now(), minutes);
    const known = Map.groupBy(this.#intervals, ({ time }) => Math.floor(time / intervalMs) * intervalMs);
    return Array.from({ length: count }, (_, index) => {
      const time = from + index * intervalMs;
      const parts = known.get(time) ?? [];
      return {
        time,
        rejected: time + intervalMs <= this.#begin ? null : parts.reduce((sum, { rejected }) => sum + rejected, 0),
        ...percentiles(parts.flatMap(({ sample }) => sample)),
      };
    });
  }

  /** Over the last minute. */
  summary(): { finality_p50_us: number | null; finality_p99_us: number | null } {
    const since = this.#now() - 60_000;
    return percentiles(this.#intervals.filter(({ time }) => time >= since).flatMap(({ sample }) => sample));
  }

  #start(time: number): number {
    return Math.floor(time / METER_INTERVAL_MS) * METER_INTERVAL_MS;
  }

  #current(): Interval {
    const time = this.#start(this.#now());
    const last = this.#intervals.at(-1);
    if (last !== undefined && last.time >= time) return last;
    const fresh: Interval = { time, rejected: 0, sample: [], seen: 0 };
    this.#intervals.push(fresh);
    if (this.#intervals.length > INTERVALS_MAX) this.#intervals.shift();
    assert(this.#intervals.length <= INTERVALS_MAX, 'the meter is bounded');
    return fresh;
  }
}

function percentiles(sample: readonly number[]): { finality_p50_us: number | null; finality_p99_us: number | null } {
  const sorted = sample.toSorted((left, right) => left - right);
  return { finality_p50_us: percentile(sorted, 0.5), finality_p99_us: percentile(sorted, 0.99) };
}
