/** Longer values are cut in the middle, and the dialog says how much is left out. */
const valueLengthMax = 400;

/**
 * Control characters, marks that change the direction of text, marks of no width, line separators and broken surrogates:
 * in a name or a reason they could make a dialog read differently from what it says.
 */
const deceptive = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** `text` on one line, with every character that is not seen as itself written as its code. */
export function visibleText(text: string): string {
  return text.replace(deceptive, (mark) => `\\u{${mark.codePointAt(0)?.toString(16) ?? ''}}`);
}

/** A value of the state as a person reads it. */
export function visibleValue(value: unknown): string {
  if (value === undefined) return '(nothing)';
  const text = visibleText(typeof value === 'string' ? value : JSON.stringify(value));
  if (text.length <= valueLengthMax) return text;
  const half = valueLengthMax / 2;
  return `${text.slice(0, half)} … ${text.length - valueLengthMax} more characters … ${text.slice(-half)}`;
}
