import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  afterScroll,
  scrollAt,
  SCROLL_HEIGHT_MAX,
  scrollHeightOf,
  type TallScroll,
} from '../../renderer/parts/tall-scroll.ts';

const ROW = 36;
const MILLIONS = { contentHeight: 5_000_000 * ROW, viewHeight: 600 };
const TRAVEL = MILLIONS.contentHeight - MILLIONS.viewHeight;
const SCROLL_TRAVEL = SCROLL_HEIGHT_MAX - MILLIONS.viewHeight;

describe('tall scrolling', () => {
  it('is the browser’s own where the content is low enough', () => {
    const size = { contentHeight: 1_000 * ROW, viewHeight: 600 };
    expect(scrollHeightOf(size.contentHeight)).toBe(size.contentHeight);
    expect(afterScroll({ offset: 0, scrollTop: 0 }, 7_777, size)).toEqual({ offset: 7_777, scrollTop: 7_777 });
  });

  it('moves pixel by pixel for a small movement', () => {
    const middle = scrollAt(TRAVEL / 2, MILLIONS);
    expect(afterScroll(middle, middle.scrollTop + 100, MILLIONS).offset).toBe(middle.offset + 100);
  });

  it('moves in proportion when the scroll bar is dragged', () => {
    const dragged = afterScroll({ offset: 0, scrollTop: 0 }, SCROLL_TRAVEL / 4, MILLIONS);
    expect(dragged.offset).toBeCloseTo(TRAVEL / 4, 3);
  });

  it('reaches both ends', () => {
    expect(afterScroll({ offset: 0, scrollTop: 0 }, SCROLL_TRAVEL, MILLIONS).offset).toBe(TRAVEL);
    expect(afterScroll(scrollAt(TRAVEL, MILLIONS), 0, MILLIONS)).toEqual({ offset: 0, scrollTop: 0 });
    const nearTop: TallScroll = { offset: 50, scrollTop: 400 };
    expect(afterScroll(nearTop, 340, MILLIONS)).toEqual({ offset: 0, scrollTop: 0 });
  });

  it('does not jump where the scroll bar ends before the content does', () => {
    const drifted: TallScroll = { offset: 5_000, scrollTop: 40 };
    const next = afterScroll(drifted, 0, MILLIONS);
    expect(next.offset).toBe(4_960);
    expect(next.scrollTop).toBeGreaterThan(0);
  });

  it('stays inside the content whatever the movements', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2_000_000, max: 2_000_000 }), { maxLength: 60 }), (moves) => {
        let state: TallScroll = { offset: 0, scrollTop: 0 };
        for (const move of moves) {
          const scrollTop = Math.min(SCROLL_TRAVEL, Math.max(0, state.scrollTop + move));
          state = afterScroll(state, scrollTop, MILLIONS);
          expect(state.offset).toBeGreaterThanOrEqual(0);
          expect(state.offset).toBeLessThanOrEqual(TRAVEL);
          expect(state.scrollTop).toBeGreaterThanOrEqual(0);
          expect(state.scrollTop).toBeLessThanOrEqual(SCROLL_TRAVEL);
        }
      }),
    );
  });
});
