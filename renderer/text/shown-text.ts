import { visibleText } from '../../src/base/visible-text.ts';

/** Printable ASCII shows as itself: most texts are nothing else. */
const PLAIN = /^[ -~]*$/;

/** Letters that run from right to left (Unicode's blocks of such scripts), and runs of them with what is between. */
const RIGHT_TO_LEFT = '\\u0590-\\u08FF\\u{FB1D}-\\u{FDFF}\\u{FE70}-\\u{FEFC}\\u{10800}-\\u{10FFF}\\u{1E800}-\\u{1EFFF}';
const RUN = new RegExp(`[${RIGHT_TO_LEFT}](?:(?:(?![\\p{L}]).|[${RIGHT_TO_LEFT}])*[${RIGHT_TO_LEFT}])?`, 'gu');

/** Layout that an element shows as such: line breaks and tabs of a file deceive nobody there. */
export type Layout = 'none' | 'tabs' | 'lines';

const LAYOUT_MARKS: Readonly<Record<Layout, RegExp | null>> = { none: null, tabs: /(\t)/, lines: /(\t|\r?\n)/ };

/** A text as it is put before a person: what cannot be seen is written as its code. */
export function shownText(text: string, layout: Layout = 'none'): string {
  if (PLAIN.test(text)) return text;
  const marks = LAYOUT_MARKS[layout];
  if (marks === null) return visibleText(text);
  return text
    .split(marks)
    .map((part, index) => (index % 2 === 1 ? part : visibleText(part)))
    .join('');
}

export interface Run {
  readonly text: string;
  /** It runs from right to left, so nothing around it may be drawn into its order. */
  readonly isolated: boolean;
}

/** A shown text in runs of one direction. */
export function runsOf(text: string): readonly Run[] {
  if (PLAIN.test(text)) return [{ text, isolated: false }];
  const runs: Run[] = [];
  let end = 0;
  for (const match of text.matchAll(RUN)) {
    if (match.index > end) runs.push({ text: text.slice(end, match.index), isolated: false });
    runs.push({ text: match[0], isolated: true });
    end = match.index + match[0].length;
  }
  if (end < text.length || runs.length === 0) runs.push({ text: text.slice(end), isolated: false });
  return runs;
}
