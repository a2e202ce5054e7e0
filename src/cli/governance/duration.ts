import { InvalidArgumentError } from 'commander';

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const PATTERN = /^(?<number>\d{1,12})(?<unit>ms|s|m|h|d|w)$/;

/** `90m`, `12h`, `7d`, `2w` in milliseconds; null for anything else. */
export function durationMs(text: string): number | null {
  const { number, unit } = PATTERN.exec(text)?.groups ?? {};
  const ms = Number(number) * UNITS_MS[(unit ?? 'ms') as keyof typeof UNITS_MS];
  return Number.isSafeInteger(ms) ? ms : null;
}

export function durationArgument(text: string): number {
  const ms = durationMs(text);
  if (ms === null || ms === 0) throw new InvalidArgumentError('a time such as 90m, 12h, 7d or 2w');
  return ms;
}

/** For a person: the largest unit that goes in whole. */
export function durationText(ms: number): string {
  const [unit = 'ms', size = 1] = Object.entries(UNITS_MS).findLast(([, one]) => ms >= one && ms % one === 0) ?? [];
  return `${ms / size}${unit}`;
}
