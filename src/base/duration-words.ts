import { counted } from './count-words.ts';

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
  [1, 'millisecond'],
] as const;

/** A whole number of milliseconds in the largest unit that it is a whole number of: "10 minutes", "90 seconds". */
export function durationWords(ms: number): string {
  for (const [size, unit] of UNITS) {
    if (ms < size || ms % size !== 0) continue;
    return counted(ms / size, unit);
  }
  return `${ms} milliseconds`;
}
