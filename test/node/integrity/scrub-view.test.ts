import { describe, expect, test } from 'vitest';

import { SCRUB_CELLS_MAX } from '../../../src/api/operator/integrity.ts';
import { areaViews, cellsOf, type ScrubProgress } from '../../../src/node/integrity/scrub-view.ts';

const passes = (reached: number): { count: number; ended_at: number | null; reached: number } => ({
  count: reached < 0 ? 0 : 1,
  ended_at: reached < 0 ? null : 5,
  reached,
});
const states = (all: readonly { readonly state: string }[]): readonly string[] => all.map(({ state }) => state);

describe('the picture of the check in the background', () => {
  test('says of each unit what is known of it', () => {
    const bad: number[] = [];
    expect(states(cellsOf({ passes: passes(-1), total: 4, running: 1, bad }))).toEqual([
      'verified',
      'checking',
      'waiting',
      'waiting',
    ]);
    expect(states(cellsOf({ passes: passes(2), total: 5, running: 1, bad }))).toEqual([
      'verified',
      'checking',
      'earlier',
      'waiting',
      'waiting',
    ]);
    expect(states(cellsOf({ passes: passes(1), total: 3, running: null, bad: [0] }))).toEqual([
      'bad',
      'verified',
      'waiting',
    ]);
    expect(cellsOf({ passes: passes(-1), total: 0, running: null, bad })).toEqual([]);
  });

  test.each([1, 299, 300, 301, 1_000_003])(
    'covers %i units without a gap, in cells that a person can tell apart',
    (total) => {
      const cells = cellsOf({ passes: passes(-1), total, running: 0, bad: [] });
      expect(cells).toHaveLength(Math.min(total, SCRUB_CELLS_MAX));
      expect(cells[0]?.from).toBe(0);
      expect(cells.at(-1)?.to).toBe(total - 1);
      for (const [index, cell] of cells.entries()) {
        expect(cell.to).toBeGreaterThanOrEqual(cell.from);
        if (index > 0) expect(cell.from).toBe((cells[index - 1]?.to ?? 0) + 1);
      }
    },
  );

  test('shows damage in the area that it is of, at the block at which it was found', () => {
    const progress = (place: string): ScrubProgress => ({
      record: {
        genesis: null,
        chain: passes(9),
        index: passes(9),
        content: passes(-1),
        under_way: null,
        damage: { place, message: 'does not match its hash', height: 3, found_at: 7 },
      },
      height: 9,
      indexedHeight: 9,
      chainReached: null,
      indexReached: null,
      content: null,
    });
    const bad = (place: string): unknown =>
      areaViews(progress(place))
        .filter(({ state }) => state === 'damaged')
        .map(({ area, cells }) => [area, cells.filter(({ state }) => state === 'bad').map(({ from }) => from)]);
    expect(bad('state page 12')).toEqual([['state', [3]]]);
    expect(bad('transaction 12')).toEqual([['blocks', [3]]]);
  });
});
