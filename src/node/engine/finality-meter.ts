import { assert } from '../../base/assert.ts';

/** One interval of the throughput and latency history. */
export interface MeterPoint {
  /** Start of the interval, Unix milliseconds. */
  readonly time: number;
  readonly blocks: number;
  readonly transactions: number;
  readonly rejected: number;
  readonly finality_p50_us: number | null;
  readonly finality_p99_us: number | null;
}

interface Interval {
  readonly time: number;
  blocks: number;
  transactions: number;
  rejected: number;
  /** A uniform sample of the interval's latencies, in microseconds. */
  readonly sample: number[];
  seen: number;
}

export const METER_INTERVAL_MS = 10_000;
const INTERVALS_MAX = (24 * 3_600_000) / METER_INTERVAL_MS;
const SAMPLE_MAX = 512;

export function percentile(sorted: readonly number[], fraction: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * fraction) - 1)] ?? null;
}

/** Blocks, transactions, refusals and latency over the last day, in intervals of ten seconds. Bounded memory. */
export class FinalityMeter {
  readonly #now: () => number;
  readonly #intervals: Interval[] = [];
  #random = 1;

  constructor(now: () => number) {
    this.#now = now;
  }

  block(transactions: number): void {
    const interval = this.#current();
    interval.blocks++;
    interval.transactions += transactions;
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

  /** Points of the last `minutes`, oldest first, gaps filled with empty intervals. */
  points(minutes: number): MeterPoint[] {
    const end = this.#start(this.#now());
    const known = new Map(this.#intervals.map((interval) => [interval.time, interval]));
    const count = Math.ceil((minutes * 60_000) / METER_INTERVAL_MS);
    return Array.from({ length: count }, (_, index) => {
      const time = end - (count - 1 - index) * METER_INTERVAL_MS;
      const interval = known.get(time);
      if (interval === undefined)
        return { time, blocks: 0, transactions: 0, rejected: 0, finality_p50_us: null, finality_p99_us: null };
      return {
        time,
        blocks: interval.blocks,
        transactions: interval.transactions,
        rejected: interval.rejected,
        ...percentiles(interval.sample),
      };
    });
  }

  /** Over the last minute. */
  summary(): { transactions_per_second: number; finality_p50_us: number | null; finality_p99_us: number | null } {
    const since = this.#now() - 60_000;
    const recent = this.#intervals.filter((interval) => interval.time >= since);
    const transactions = recent.reduce((sum, interval) => sum + interval.transactions, 0);
    return {
      transactions_per_second: transactions / 60,
      ...percentiles(recent.flatMap((interval) => interval.sample)),
    };
  }

  #start(time: number): number {
    return Math.floor(time / METER_INTERVAL_MS) * METER_INTERVAL_MS;
  }

  #current(): Interval {
    const time = this.#start(this.#now());
    const last = this.#intervals.at(-1);
    if (last !== undefined && last.time >= time) return last;
    const fresh: Interval = { time, blocks: 0, transactions: 0, rejected: 0, sample: [], seen: 0 };
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
