import { expect, test } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';
import { backedUp } from '../../../src/node/query/posture.ts';

const HOUR_MS = 3_600_000;
const now = 1_000 * HOUR_MS;
const daily = { everyHours: 24, verifiedAt: now - HOUR_MS, drilledAt: now - 48 * HOUR_MS, isEncrypted: false };

test.each([
  [null, 'look', 'No backups are scheduled on this machine.'],
  [
    new QuantumLockError('STORAGE_CORRUPT', '/data/backups.json cannot be used: Required'),
    'unknown',
    'Whether backups are scheduled cannot be read: /data/backups.json cannot be used: Required.',
  ],
  [daily, 'good', 'A backup was verified 1 hour ago, and a restore was rehearsed 2 days ago.'],
  [
    { ...daily, isEncrypted: true },
    'good',
    'A backup was verified, encrypted and its copy compared 1 hour ago, and a restore was rehearsed 2 days ago.',
  ],
  [{ ...daily, drilledAt: null }, 'look', 'A backup was verified 1 hour ago, and no restore was rehearsed.'],
  [{ ...daily, verifiedAt: null }, 'bad', 'No backup was verified yet, and a restore was rehearsed 2 days ago.'],
  [
    { ...daily, verifiedAt: now - 48 * HOUR_MS - 1 },
    'bad',
    'A backup was verified 2 days ago, and a restore was rehearsed 2 days ago.',
  ],
] as const)('what is said of backups is true: %j', (backups, level, finding) => {
  expect(backedUp(backups, now)).toMatchObject({ code: 'BACKUPS', level, finding });
});
