import type { AlertRule } from '../alert-rule.ts';

/** Below this a node soon cannot write: an hour at full load is about 50 GB, a quiet day far under 1. */
const FREE_BYTES_MIN = 1024 ** 3;

/** The data directory's disk is nearly full. Where the directory is gone, its place is on another disk, or none. */
export const lowDisk: AlertRule = {
  code: 'LOW_DISK',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ freeBytes, storage }) => {
    if (storage !== null) return [];
    if (freeBytes === null) return null;
    if (freeBytes >= FREE_BYTES_MIN) return [];
    return [
      {
        code: 'LOW_DISK',
        severity: 'warning',
        message: `Only ${Math.floor(freeBytes / 1024 ** 2)} MiB are free on the data directory's disk.`,
        advice: 'Free space before the disk is full.',
      },
    ];
  },
};
