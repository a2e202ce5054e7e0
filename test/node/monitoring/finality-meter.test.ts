import { describe, expect, test } from 'vitest';

import { FinalityMeter, METER_INTERVAL_MS, percentile } from '../../../src/node/monitoring/finality-meter.ts';

describe('the finality meter', () => {
  const begin = 1_700_000_000_000;

  test('counts by interval, and leaves open what was before it', () => {
    let now = begin;
    const meter = new FinalityMeter(() => now);
    meter.latency(1_000);
    meter.latency(3_000);
    meter.rejected(2);
    now += 3 * METER_INTERVAL_MS;
    const points = meter.points(1);
    expect(points.map(({ rejected }) => rejected)).toEqual([null, null, 2, 0, 0, 0]);
    expect(points[2]).toMatchObject({ finality_p50_us: 1_000, finality_p99_us: 3_000 });
    expect(points[5]).toMatchObject({ finality_p50_us: null });
    expect(points.map(({ time }) => time)).toEqual(
      points.map((_, index) => begin - (begin % METER_INTERVAL_MS) + (index - 2) * METER_INTERVAL_MS),
    );
  });

  test.each([
    [60, 360, METER_INTERVAL_MS],
    [360, 360, 6 * METER_INTERVAL_MS],
    [1_440, 288, 30 * METER_INTERVAL_MS],
  ])('tells %i minutes in %i intervals, and loses none of them', (minutes, count, intervalMs) => {
    let now = begin;
    const meter = new FinalityMeter(() => now);
    for (let at = 0; at < minutes; at += 5) {
      meter.rejected(1);
      now += 5 * 60_000;
    }
    const points = meter.points(minutes);
    expect(points).toHaveLength(count);
    expect(new Set(points.slice(1).map(({ time }, index) => time - (points[index]?.time ?? 0)))).toEqual(
      new Set([intervalMs]),
    );
    expect(points.reduce((sum, { rejected }) => sum + (rejected ?? 0), 0)).toBeGreaterThanOrEqual(minutes / 5 - 1);
  });

  test('sums up the last minute only', () => {
    let now = begin;
    const meter = new FinalityMeter(() => now);
    meter.latency(500);
    expect(meter.summary()).toEqual({ finality_p50_us: 500, finality_p99_us: 500 });
    now += 10 * 60_000;
    expect(meter.summary()).toEqual({ finality_p50_us: null, finality_p99_us: null });
  });

  test('stays bounded, and its sample stays fair', () => {
    let now = begin;
    const meter = new FinalityMeter(() => now);
    for (let index = 0; index < 100_000; index++) meter.latency(index);
    const [point] = meter.points(1).slice(-1);
    expect(point?.finality_p50_us).toBeGreaterThan(40_000);
    expect(point?.finality_p50_us).toBeLessThan(60_000);
    expect(point?.finality_p99_us).toBeGreaterThan(95_000);
    for (let interval = 0; interval < 10_000; interval++) {
      now += METER_INTERVAL_MS;
      meter.rejected(1);
    }
    const kept = meter.points(48 * 60).reduce((sum, { rejected }) => sum + (rejected ?? 0), 0);
    expect(kept).toBe((24 * 3_600_000) / METER_INTERVAL_MS);
  });

  test('has no percentile of nothing', () => {
    expect(percentile([], 0.5)).toBeNull();
    expect(percentile([7], 0)).toBeNull();
    expect(percentile([1, 2, 3, 4], 0.5)).toBe(2);
    expect(percentile([1, 2, 3, 4], 1)).toBe(4);
  });
});
