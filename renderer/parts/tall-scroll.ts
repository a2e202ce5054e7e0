/**
 * Scrolling through more pixels than a browser can lay out (Chromium stops at 2^25). The scrolled element is at most
 * SCROLL_HEIGHT_MAX high; small movements move the content pixel by pixel, a dragged scroll bar moves it in proportion.
 */
export interface TallScroll {
  /** Pixels of content above the upper edge of the view. */
  readonly offset: number;
  /** Where the element's own scroll position stands, or should be put. */
  readonly scrollTop: number;
}

export interface TallSize {
  readonly contentHeight: number;
  readonly viewHeight: number;
}

export const SCROLL_HEIGHT_MAX = 4_000_000;
/** A wheel, a key or a touch moves less than this many views at once; only the scroll bar moves more. */
const STEP_VIEWS_MAX = 1.5;

export function scrollHeightOf(contentHeight: number): number {
  return Math.min(contentHeight, SCROLL_HEIGHT_MAX);
}

/** The scroll position that stands for an offset. */
export function scrollAt(offset: number, size: TallSize): TallScroll {
  const { contentTravel, scrollTravel } = travel(size);
  const kept = Math.min(Math.max(0, offset), contentTravel);
  return { offset: kept, scrollTop: contentTravel === 0 ? 0 : (kept / contentTravel) * scrollTravel };
}

/** After the browser moved the scroll position from where `last` left it. */
export function afterScroll(last: TallScroll, scrollTop: number, size: TallSize): TallScroll {
  const { contentTravel, scrollTravel } = travel(size);
  if (contentTravel === scrollTravel) return { offset: Math.min(scrollTop, contentTravel), scrollTop };
  const step = scrollTop - last.scrollTop;
  if (Math.abs(step) > size.viewHeight * STEP_VIEWS_MAX) {
    return { offset: scrollTravel === 0 ? 0 : (scrollTop / scrollTravel) * contentTravel, scrollTop };
  }
  const offset = Math.min(Math.max(0, last.offset + step), contentTravel);
  const atEdge = offset === 0 || offset === contentTravel || scrollTop <= 0 || scrollTop >= scrollTravel;
  return atEdge ? scrollAt(offset, size) : { offset, scrollTop };
}

function travel({ contentHeight, viewHeight }: TallSize): {
  readonly contentTravel: number;
  readonly scrollTravel: number;
} {
  return {
    contentTravel: Math.max(0, contentHeight - viewHeight),
    scrollTravel: Math.max(0, scrollHeightOf(contentHeight) - viewHeight),
  };
}
