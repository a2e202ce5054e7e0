import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { BackupSchedule } from '../../../src/api/operator/backups.ts';
import { readBackupLog, type BackupEntry } from '../../../src/node/recovery/backup-log.ts';
import { BackupFactsReader } from '../../../src/node/recovery/backup-facts.ts';
import { addDestination } from '../../../src/node/recovery/recovery-config.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { sandboxHost } from '../governance/sandbox-host.ts';
import { BackupClock } from './backup-clock.ts';

/** A backup each day, a rehearsal every 7, by a clock of the test's own. */

const SCHEDULE: BackupSchedule = {
  every_hours: 24,
  full_every: 1,
  with_content: true,
  drill_every_days: 7,
  keep_fulls: 3,
  keep_days: 0,
  recipients: [],
};

function told(entries: readonly BackupEntry[]): readonly string[] {
  return entries.flatMap((entry) => ('what' in entry ? [`${entry.event} ${entry.what}`] : []));
}

test('rehearsals are made when they are due, after the backup of that day, and never twice', async () => {
  const { host, client, directory } = await sandboxHost();
  const folder = join(temporaryDirectory(), 'disk');
  mkdirSync(folder);
  addDestination(directory, { kind: 'folder', name: 'disk', path: folder });
  const clock = new BackupClock(host);
  clock.schedule(SCHEDULE);
  const since = clock.now;

  await clock.afterHours(0);
  expect(told(readBackupLog(directory))).toEqual(['began backup', 'succeeded backup']);
  await clock.afterHours(23);
  await clock.afterHours(0);
  expect(told(readBackupLog(directory))).toHaveLength(2);
  expect((await client.operator.drills()).drills).toEqual([]);

  await clock.afterHours(6 * 24 + 1);
  expect(told(readBackupLog(directory)).slice(2)).toEqual([
    'began backup',
    'succeeded backup',
    'began drill',
    'succeeded drill',
  ]);
  const { drills } = await client.operator.drills();
  const { height, head_hash } = await client.chain.status();
  expect(drills).toMatchObject([{ ok: true, at: clock.now, restored: { height, head_hash } }]);
  expect(clock.now - since).toBe(7 * 24 * 3_600_000);
  // The statement is the node's, and kept; the next is due a week after it.
  expect((await client.operator.backups()).next_drill_at).toBe(clock.now + 7 * 24 * 3_600_000);
  await clock.afterHours(1);
  expect((await client.operator.drills()).drills).toHaveLength(1);
});

test('a rehearsal that fails is on record with what was wrong, is an alert, and is tried again within the hour', async () => {
  const { host, client, directory } = await sandboxHost();
  const folder = join(temporaryDirectory(), 'disk');
  mkdirSync(folder);
  addDestination(directory, { kind: 'folder', name: 'disk', path: folder });
  const clock = new BackupClock(host);
  // No backup is due on the day of the rehearsal: the damaged one is the newest.
  clock.schedule({ ...SCHEDULE, every_hours: 744 });
  await clock.afterHours(0);
  const [name = ''] = readdirSync(folder);
  const path = join(folder, name);
  const good = readFileSync(path);
  const bad = Buffer.from(good);
  bad[400] = (good[400] ?? 0) ^ 1;
  writeFileSync(path, bad);

  await clock.afterHours(7 * 24);
  expect(told(readBackupLog(directory)).slice(2)).toEqual(['began drill', 'failed drill']);
  expect((await client.operator.drills()).drills).toMatchObject([{ ok: false, restored: null }]);
  const reader = new BackupFactsReader(directory);
  expect(reader.read()).toMatchObject({
    drilledAt: null,
    failure: {
      what: 'drill',
      code: 'DRILL_FAILED',
      message: expect.stringContaining('not the one that was signed') as string,
    },
  });
  expect((await client.chain.status()).alerts).toContainEqual(expect.objectContaining({ code: 'BACKUP_FAILED' }));

  writeFileSync(path, good);
  await clock.afterHours(0);
  expect(told(readBackupLog(directory))).toHaveLength(4);
  await clock.afterHours(1);
  expect(told(readBackupLog(directory)).slice(4)).toEqual(['began drill', 'succeeded drill']);
  expect(reader.read()).toMatchObject({ drilledAt: clock.now, failure: null });
});
