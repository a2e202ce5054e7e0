import { styledValue, type ValueStyle } from '../src/base/visible-text.ts';

const dialogStyle: ValueStyle = { lengthMax: 400, nothing: '(nothing)' };

/** A value of the state as the dialog shows it, which does not scroll. */
export function visibleValue(value: unknown): string {
  return styledValue(value, dialogStyle);
}
