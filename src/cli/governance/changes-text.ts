import type { StateChange } from '../../api/chain/submission.ts';
import { visibleValue } from '../../base/visible-text.ts';

const NOTHING = 'nothing';

/** Each changed value whole, on a line of its own, below the place that it is in: + new, - gone, ~ changed. */
export function changesText(changes: readonly StateChange[]): string[] {
  const lines: string[] = [];
  let heading = '';
  for (const { namespace, key, path, before, after, set_at_commit } of changes) {
    const place = `${namespace}/${key}`;
    if (place !== heading) lines.push(`  ${place}`);
    heading = place;
    const name = path === '' ? '' : `${path}: `;
    if (before === undefined) lines.push(`    + ${name}${told(after, set_at_commit)}`);
    else if (after === undefined) lines.push(`    - ${name}${visibleValue(before, NOTHING)}`);
    else lines.push(`    ~ ${name}${visibleValue(before, NOTHING)} → ${told(after, set_at_commit)}`);
  }
  return lines;
}

function told(after: StateChange['after'], setAtCommit: StateChange['set_at_commit']): string {
  switch (setAtCommit) {
    case 'time':
      return '(the time when it happens)';
    case 'transaction':
      return '(the transaction that executes it)';
    case 'approvals':
      return '(those who approve it)';
    case undefined:
      return visibleValue(after, NOTHING);
  }
}

export function warningsText(warnings: readonly string[]): string[] {
  return warnings.map((warning) => `! ${warning}`);
}
