import type { FileDifference } from '../../../src/api/chain/content.ts';

type Hunk = FileDifference['hunks'][number];

export interface NumberedLine {
  readonly kind: Hunk['lines'][number]['kind'];
  readonly text: string;
  /** Line number on each side; null where the line is not there. */
  readonly before: number | null;
  readonly after: number | null;
}

/** Gives every line of a hunk its numbers on both sides. */
export function numberLines({ before_start, after_start, lines }: Hunk): readonly NumberedLine[] {
  let before = before_start;
  let after = after_start;
  return lines.map(({ kind, text }) => ({
    kind,
    text,
    before: kind === 'added' ? null : before++,
    after: kind === 'removed' ? null : after++,
  }));
}
