import { UNSEEN_RANGES } from './unseen-characters.ts';

/**
 * Control characters, marks that change the direction of text, marks of no width, blanks that are not the plain space,
 * line separators and broken surrogates: in a name or a reason they could make a review read differently from what it
 * says, or drive a terminal.
 */
const UNSEEN = new RegExp(
  `[${UNSEEN_RANGES.map(([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`).join('')}]`,
  'gu',
);

/** `text` on one line, with every character that is not seen as itself written as its code. Applying it twice changes nothing. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (mark) => `\\u{${mark.codePointAt(0)?.toString(16) ?? ''}}`);
}

/** JSON text of a value, on one line: what is not seen as itself is escaped as JSON has it, so that it reads back the same. */
export function visibleJson(value: unknown): string {
  return escapedJson(JSON.stringify(value));
}

/** As {@link visibleJson}, indented, line by line. */
export function visibleJsonLines(value: unknown): string[] {
  return JSON.stringify(value, null, 2).split('\n').map(escapedJson);
}

/** In UTF-16 code units, which is how JSON escapes. */
function escapedJson(text: string): string {
  return text.replace(UNSEEN, (mark) =>
    Array.from(
      { length: mark.length },
      (_, index) => `\\u${mark.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

export interface ValueStyle {
  /** Longer values are cut in the middle, and it is said how much is left out. */
  readonly lengthMax: number;
  /** What stands for a value that is not there. */
  readonly nothing: string;
}

/** A value of the state as a person reads it; undefined is a value that is not there. */
export function styledValue(value: unknown, { lengthMax, nothing }: ValueStyle): string {
  if (value === undefined) return nothing;
  const text = visibleText(typeof value === 'string' ? value : JSON.stringify(value));
  if (text.length <= lengthMax) return text;
  const half = lengthMax / 2;
  return `${text.slice(0, half)} … ${text.length - lengthMax} more characters … ${text.slice(-half)}`;
}

const PAGE_STYLE: ValueStyle = { lengthMax: 2_000, nothing: 'nothing' };

/** As the confirming page shows it, which scrolls. */
export function visibleValue(value: unknown): string {
  return styledValue(value, PAGE_STYLE);
}
