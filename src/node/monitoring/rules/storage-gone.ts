import type { AlertRule } from '../alert-rule.ts';

/** The open files are not those that the next start would find (storage-watch.ts). */
export const storageGone: AlertRule = {
  code: null,
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ storage }) => {
    if (storage === null) return [];
    const { code, message, advice } = storage.error;
    return [{ code, severity: 'critical', message: `The storage is gone: ${message}.`, advice, since: storage.since }];
  },
};
