/** Longer values are cut in the middle, and the page says how much is left out. */
const VALUE_LENGTH_MAX = 2_000;

/**
 * Control characters, marks that change the direction of text, marks of no width, line separators and broken surrogates:
 * in a name or a reason they could make a review read differently from what it says.
 */
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** `text` on one line, with every character that is not seen as itself written as its code. */
export function visibleText(text: string): string {
  return text.replace(DECEPTIVE, (mark) => `\\u{${mark.codePointAt(0)?.toString(16) ?? ''}}`);
}

/** A value of the state as a person reads it; undefined is a value that is not there. */
export function visibleValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = visibleText(typeof value === 'string' ? value : JSON.stringify(value));
  if (text.length <= VALUE_LENGTH_MAX) return text;
  const half = VALUE_LENGTH_MAX / 2;
  return `${text.slice(0, half)} … ${text.length - VALUE_LENGTH_MAX} more characters … ${text.slice(-half)}`;
}
