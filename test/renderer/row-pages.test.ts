import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createRowPages, PAGE_SIZE } from '../../renderer/stores/paged-rows.ts';

interface Call {
  readonly before: number;
  readonly signal: AbortSignal;
  readonly answer: (rows: readonly number[]) => void;
  readonly fail: (error: Error) => void;
}

function bench(): { readonly calls: Call[]; readonly pages: ReturnType<typeof createRowPages<number>> } {
  const calls: Call[] = [];
  const pages = createRowPages<number>({
    load: (before, _limit, signal) => new Promise((answer, fail) => calls.push({ before, signal, answer, fail })),
    numberOf: (row) => row,
  });
  return { calls, pages };
}

const rowsBelow = (before: number, count = PAGE_SIZE): number[] =>
  Array.from({ length: count }, (_, index) => before - 1 - index);

describe('pages of rows', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('reads only where the scrolling rests', async () => {
    const { calls, pages } = bench();
    pages.want(0, 10);
    await vi.advanceTimersByTimeAsync(0);
    calls[0]?.answer(rowsBelow(PAGE_SIZE));
    await vi.advanceTimersByTimeAsync(0);
    for (let place = 1_000; place < 900_000; place += 10_000) pages.want(place, place + 10);
    pages.want(900_000, 900_010);
    await vi.advanceTimersByTimeAsync(60);
    expect(calls.map(({ before }) => before)).toEqual([100, 900_100]);
    expect(pages.row(5)).toBe(5);
    expect(pages.row(900_005)).toBeUndefined();
  });

  it('reads at once where it is led to after a rest', async () => {
    const { calls, pages } = bench();
    pages.want(0, 10);
    expect(calls.map(({ before }) => before)).toEqual([100]);
    await vi.advanceTimersByTimeAsync(60);
    pages.want(900_000, 900_010);
    expect(calls.map(({ before }) => before)).toEqual([100, 900_100]);
    expect(calls[0]?.signal.aborted).toBe(true);
    // One step of a hand that moves on: what is passed is not read.
    for (let place = 800_000; place > 500_000; place -= 10_000) pages.want(place, place + 10);
    expect(calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(60);
    expect(calls.map(({ before }) => before)).toEqual([100, 900_100, 510_100]);
  });

  it('reads again after a growth, however many come', async () => {
    const { calls, pages } = bench();
    pages.want(0, 10);
    calls[0]?.answer(rowsBelow(5, 5));
    await vi.advanceTimersByTimeAsync(60);
    expect(calls).toHaveLength(2);
    calls[1]?.answer(rowsBelow(5, 5));
    for (let block = 0; block < 10; block++) {
      pages.noteGrowth();
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(calls.length).toBeGreaterThan(2);
  });

  it('gives up what is no longer in sight, and ignores its late answer', async () => {
    const { calls, pages } = bench();
    pages.want(0, 10);
    await vi.advanceTimersByTimeAsync(0);
    pages.want(5_000, 5_010);
    await vi.advanceTimersByTimeAsync(60);
    expect(calls[0]?.signal.aborted).toBe(true);
    calls[0]?.answer(rowsBelow(PAGE_SIZE));
    await vi.advanceTimersByTimeAsync(0);
    expect(pages.row(5)).toBeUndefined();
  });

  it('never reads a full page twice, and a page that was not full again when the chain grows', async () => {
    const { calls, pages } = bench();
    pages.want(90, 120);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls.map(({ before }) => before)).toEqual([100, 200]);
    calls[0]?.answer(rowsBelow(100));
    calls[1]?.answer(rowsBelow(115, 115));
    await vi.advanceTimersByTimeAsync(0);
    expect(pages.row(114)).toBe(114);
    pages.noteGrowth();
    await vi.advanceTimersByTimeAsync(60);
    expect(calls.map(({ before }) => before)).toEqual([100, 200, 200]);
  });

  it('says what failed, and forgets it when a retry succeeds', async () => {
    const { calls, pages } = bench();
    pages.want(0, 10);
    await vi.advanceTimersByTimeAsync(0);
    calls[0]?.fail(new Error('no'));
    await vi.advanceTimersByTimeAsync(0);
    expect(pages.problem()?.message).toBe('no');
    pages.retry();
    calls[1]?.answer(rowsBelow(100));
    await vi.advanceTimersByTimeAsync(0);
    expect(pages.problem()).toBeUndefined();
  });
});
