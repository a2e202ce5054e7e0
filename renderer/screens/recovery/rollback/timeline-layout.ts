import type { RecoveryPoint } from '../../../../src/api/chain/recovery.ts';

/** Where the line stands between points that are drawn at even distances, oldest first. */

type Placed = Pick<RecoveryPoint, 'block_index'>;

/** How many of the points stay when Green goes back to this block. */
export function keptCount(points: readonly Placed[], height: number): number {
  return points.filter(({ block_index }) => block_index <= height).length;
}

/**
 * The block to go back to so that the first `kept` points stay and the next one is undone with all after it: the one before
 * it, so that as much as possible stays. Points of one block stay or go together. `newest` undoes nothing.
 */
export function heightAfter(points: readonly Placed[], kept: number, newest: number): number {
  const next = points[Math.max(0, kept)];
  return next === undefined ? newest : Math.max(0, next.block_index - 1);
}

/** Where an arrow key leads from a block: to the next place that undoes one point more, or less. */
export function nextHeight(
  points: readonly Placed[],
  { height, newest, step }: { readonly height: number; readonly newest: number; readonly step: number },
): number {
  const stops = [...new Set([...points.map((_, kept) => heightAfter(points, kept, newest)), newest])].sort(
    (left, right) => left - right,
  );
  const beside = step < 0 ? stops.filter((stop) => stop < height).reverse() : stops.filter((stop) => stop > height);
  return beside[Math.min(beside.length, Math.abs(step)) - 1] ?? height;
}
