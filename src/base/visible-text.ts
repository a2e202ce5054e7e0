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

/** `text` as an eye takes it: what is not seen is left out. */
export function withoutUnseen(text: string): string {
  return text.replace(UNSEEN, '');
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

/** A value of the state as a person reads it before signing: the whole of it, on one line. `nothing` stands for a value that is not there. */
export function visibleValue(value: unknown, nothing: string): string {
  return value === undefined ? nothing : visibleText(typeof value === 'string' ? value : JSON.stringify(value));
}
