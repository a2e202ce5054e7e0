import type { ActivityBar } from './report-model.ts';

export interface Moment {
  readonly time: number;
  readonly isPromotion: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Widths that a reader can name. */
const WIDTHS_MS = [HOUR_MS, 6 * HOUR_MS, DAY_MS, 7 * DAY_MS, 28 * DAY_MS, 364 * DAY_MS];
const BARS_MAX = 60;

/** How much happened when, in at most 60 bars of equal width that cover the whole period; the width is told by the labels. */
export function activityOf(
  moments: readonly Moment[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly ActivityBar[] {
  const width = WIDTHS_MS.find((one) => (to - from) / one < BARS_MAX) ?? Math.ceil((to - from + 1) / BARS_MAX);
  const first = Math.floor(from / width);
  const count = Math.floor(to / width) - first + 1;
  const bars = Array.from({ length: count }, (_, index) => ({
    transactions: 0,
    promotions: 0,
    at: (first + index) * width,
  }));
  for (const { time, isPromotion } of moments) {
    // Where the clock of the chain was reset, a time can be outside the period.
    const bar = bars[Math.min(count - 1, Math.max(0, Math.floor(time / width) - first))];
    if (bar === undefined) continue;
    bar.transactions += 1;
    if (isPromotion) bar.promotions += 1;
  }
  const isShort = width < DAY_MS;
  return bars.map(({ at, transactions, promotions }) => ({
    from: at,
    label: new Date(at)
      .toISOString()
      .slice(0, isShort ? 16 : 10)
      .replace('T', ' '),
    transactions,
    promotions,
  }));
}
