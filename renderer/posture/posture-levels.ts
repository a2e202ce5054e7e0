import type { Posture, PostureCheck } from '../../src/api/views/governance.ts';

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
  { level: 'bad', title: 'Mend this', tag: 'bad', tone: 'bad' },
  { level: 'look', title: 'Look at this', tag: 'look', tone: 'warn' },
  { level: 'unknown', title: 'Could not be looked at', tag: 'unknown', tone: '' },
  { level: 'good', title: 'Good', tag: 'good', tone: 'green' },
];

export function countLevel({ checks }: Posture, wanted: PostureLevel): number {
  return checks.filter(({ level }) => level === wanted).length;
}

/** One line of what is not good, the worst first; an unknown one is never counted as good. */
export function summarizePosture(posture: Posture): string {
  const parts = [
    [countLevel(posture, 'bad'), 'to mend'],
    [countLevel(posture, 'look'), 'to look at'],
    [countLevel(posture, 'unknown'), 'unknown'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return said.length === 0 ? 'nothing to mend' : said.join(' · ');
}
