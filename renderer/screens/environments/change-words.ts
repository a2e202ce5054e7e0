import type { FileChange } from '../../../src/api/chain/content.ts';
import { formatBytes, formatQuantity } from '../../parts/format.ts';

type Side = FileChange['before'];

export function sizeOf(side: Side): string {
  return side === null ? '' : formatBytes(side.size_bytes);
}

export function modeOf(side: Side): string {
  return side === null ? '' : `mode ${side.mode.toString(8)}`;
}

/** What a changed file became, on one line. */
export function changeWords({ kind, before, after, lines_added: added, lines_removed: removed }: FileChange): string {
  switch (kind) {
    case 'added':
      return sizeOf(after);
    case 'removed':
      return sizeOf(before);
    case 'mode':
      return `${modeOf(before)} → ${modeOf(after)}`;
    case 'changed':
      return added === null || removed === null
        ? `${sizeOf(before)} → ${sizeOf(after)}`
        : `− ${formatQuantity(removed, 'line')}, + ${formatQuantity(added, 'line')}`;
  }
}
