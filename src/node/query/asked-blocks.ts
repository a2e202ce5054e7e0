import type { AuditFilter } from '../../api/chain/audit.ts';
import type { ChainReader } from '../storage/chain-reader.ts';

/** Blocks, first and last included. */
export interface BlockRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The blocks up to `newest` that can hold what a filter asks for; null where there is none. Times narrow it where the clock of the
 * chain was never reset; else every block can be meant.
 * @throws STORAGE_CORRUPT
 */
export function askedBlocks(reader: ChainReader, filter: AuditFilter, newest: number): BlockRange | null {
  const [first, last] = blocksBetweenTimes(reader, filter, newest);
  const from = Math.max(first, filter.from_block ?? 0);
  const to = Math.min(last, filter.to_block ?? newest);
  return to < from ? null : { from, to };
}

function blocksBetweenTimes(
  reader: ChainReader,
  { from_time, to_time }: AuditFilter,
  newest: number,
): readonly [first: number, last: number] {
  if (from_time === undefined && to_time === undefined) return [0, newest];
  if (reader.block(newest).header.era !== 0) return [0, newest];
  const atOrBefore = (time: number): number =>
    reader.block(0).header.timestamp > time ? -1 : reader.heightAtTime(time);
  const first = from_time === undefined || from_time <= 0 ? 0 : atOrBefore(from_time - 1) + 1;
  return [first, to_time === undefined ? newest : Math.min(newest, atOrBefore(to_time))];
}
