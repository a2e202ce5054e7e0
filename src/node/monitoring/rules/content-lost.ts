import type { AlertRule } from '../alert-rule.ts';

/** Environments named in one alert. */
const NAMES_MAX = 5;

/** Content that was stored here is not any more. */
export const contentLost: AlertRule = {
  code: 'CONTENT_LOST',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ lostContent }) => {
    if (lostContent === null) return null;
    if (lostContent.length === 0) return [];
    const more = lostContent.length - NAMES_MAX;
    return [
      {
        code: 'CONTENT_LOST',
        severity: 'critical',
        message: `The stored files of ${lostContent.slice(0, NAMES_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''} are lost.`,
        advice:
          'Register their directories again, or run `dm blobs repair --from DIR` with a directory or a backup that has them.',
      },
    ];
  },
};
