import type { Posture, PostureCheck } from '../../src/api/chain/governance.ts';

export type PostureLevel = PostureCheck['level'];

interface LevelWords {
  readonly level: PostureLevel;
  /** The heading of its group. */
  readonly title: string;
  readonly tag: string;
  /** The class of its tag. */
  readonly tone: string;
}

/** In the order in which a person should look. */
export const POSTURE_LEVELS: readonly LevelWords[] = [
  { level: 'bad', title: 'Fix', tag: 'bad', tone: 'bad' },
  { level: 'look', title: 'Review', tag: 'review', tone: 'warn' },
  { level: 'unknown', title: 'Could not be checked', tag: 'unknown', tone: '' },
  { level: 'good', title: 'Good', tag: 'good', tone: 'green' },
  { level: 'nothing_to_check', title: 'Nothing to check', tag: 'nothing to check', tone: '' },
];

export function countLevel({ checks }: Posture, wanted: PostureLevel): number {
  return checks.filter(({ level }) => level === wanted).length;
}

/** `3 of 5 good`: of those that had something to check. */
export function goodWords(posture: Posture): string {
  const checked = posture.checks.length - countLevel(posture, 'nothing_to_check');
  return `${countLevel(posture, 'good')} of ${checked} good`;
}

/** One line of what is not good, the worst first; what is not known, or has nothing to check, is never counted as good. */
export function summarizePosture(posture: Posture): string {
  const parts = [
    [countLevel(posture, 'bad'), 'to fix'],
    [countLevel(posture, 'look'), 'to review'],
    [countLevel(posture, 'unknown'), 'unknown'],
    [countLevel(posture, 'nothing_to_check'), 'with nothing to check'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return said.length === 0 ? 'no issues' : said.join(' · ');
}
