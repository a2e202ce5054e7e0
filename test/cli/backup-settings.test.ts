import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { BackupsView } from '../../src/api/operator/backups.ts';
import { dm, dmJson, expectRefusal } from './dm.ts';

/** Where backups go and when, from a command line: what a page asks for, read and confirmed at the terminal. */

const root = mkdtempSync(join(tmpdir(), 'quantum-lock-backup-settings-'));
const data = join(root, 'chain');
const disk = join(root, 'disk');
const backup = (...args: readonly string[]): string[] => ['--data', data, 'blockchain', 'backup', ...args];

type Schedule = Pick<BackupsView, 'schedule' | 'next_backup_at' | 'next_drill_at'>;

beforeAll(async () => {
  mkdirSync(disk);
  await dmJson(['--data', data, 'blockchain', 'init', '--key-store', 'file']);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('destinations are added, shown, tested and removed, and each change is confirmed', async () => {
  // Nobody sits at this terminal: it is not done without a yes, and what it would do was shown.
  const unasked = await dm(backup('add-folder', 'disk', disk));
  expect(unasked.code).toBe(1);
  expect(unasked.stderr).toContain(`Copies the backups of ${data} to the folder ${disk}, as “disk”.`);
  expect(unasked.stderr).toContain('Anyone who can read there can read everything that is on the chain');
  expect(unasked.stderr).toContain('SIGNING_REFUSED');
  expect(await dmJson<BackupsView>(backup('destinations'))).toMatchObject({ destinations: [] });

  await dmJson(backup('add-folder', 'disk', disk, '--yes'));
  await expectRefusal(backup('add-folder', 'disk', disk, '--yes'), { code: 'INPUT_INVALID', message: /already/ });
  await dmJson(backup('add-folder', 'away', join(root, 'not-mounted'), '--yes'));
  expect(await dmJson(backup('test', 'disk'))).toEqual({ destination: 'disk', works: true });
  await expectRefusal(backup('test', 'away'), { code: 'DESTINATION_FAILED', message: /is not there/ });
  await expectRefusal(backup('test', 'none'), { code: 'NOT_FOUND' });
  expect(await dmJson<BackupsView>(backup('destinations'))).toMatchObject({
    destinations: [
      { name: 'disk', place: disk, problem: null, backups: [], refused: [] },
      { name: 'away', problem: { code: 'DESTINATION_FAILED' } },
    ],
  });
  await dmJson(backup('remove', 'away', '--yes'));
  await expectRefusal(backup('remove', 'away', '--yes'), { code: 'NOT_FOUND' });
  expect((await dmJson<BackupsView>(backup('destinations'))).destinations).toHaveLength(1);
});

test('a store is added with its access keys from a file, which stand in no configuration, output or error', async () => {
  const keys = join(root, 'access-keys');
  const store = ['--endpoint', 'https://store.example', '--bucket', 'b', '--region', 'r', '--lock-days', '3', '--yes'];
  const environment = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  writeFileSync(keys, 'one-line-of-secrets\n');
  const wrong = await dm(backup('add-store', 'store', ...store, '--access-keys-file', keys));
  expect([wrong.code, wrong.stderr.includes('one-line')]).toEqual([1, false]);
  writeFileSync(keys, 'an-access-key\na-secret-key\n');
  const plain = store.with(1, 'http://store.example');
  await expectRefusal(backup('add-store', 'store', ...plain, '--access-keys-file', keys), { code: 'INPUT_INVALID' });
  const added = await dm(backup('add-store', 'store', ...store, '--access-keys-file', keys), { environment });
  expect(added.code, added.stderr).toBe(0);
  expect(added.stdout + added.stderr).not.toMatch(/an-access-key|a-secret-key/);
  const config = readFileSync(join(data, 'backups.json'), 'utf8');
  expect(JSON.parse(config)).toMatchObject({ destinations: [{}, { destination: { kind: 's3', lock_days: 3 } }] });
  expect(config).not.toMatch(/an-access-key|a-secret-key/);
  await dmJson(backup('remove', 'store', '--yes'));
});

test('the schedule, what is kept, to whom it is encrypted and when a restore is rehearsed are set and shown', async () => {
  const schedule = (...args: readonly string[]): Promise<Schedule> => dmJson<Schedule>(backup('schedule', ...args));
  expect(await schedule()).toMatchObject({ schedule: null, next_backup_at: null });
  const recipient = await identityToRecipient(await generateX25519Identity());
  const shown = await dm(backup('schedule', '--every-hours', '6', '--recipient', recipient));
  expect(shown.code).toBe(1);
  expect(shown.stderr).toMatch(/every 6 hours, every 7th in full, encrypted to 1 recipient, and keeps/);
  expect(shown.stderr).toContain(`without an identity of one of these, this machine neither: ${recipient}`);
  expect((await schedule()).schedule).toBeNull();

  await schedule('--every-hours', '6', '--recipient', recipient, '--drill-every-days', '7', '--yes');
  const first = await schedule();
  expect(first.schedule).toEqual({
    every_hours: 6,
    full_every: 7,
    with_content: true,
    drill_every_days: 7,
    keep_fulls: 4,
    keep_days: 30,
    recipients: [recipient],
  });
  expect(first.next_backup_at).not.toBeNull();
  const text = await dm(backup('schedule'));
  expect(text.stdout).toMatch(/rehearsal +every 7 days, next .*, by a person with an identity/);
  // What is not named stays as it is.
  await schedule('--keep-fulls', '2', '--keep-days', '0', '--drill-every-days', '0', '--without-content', '--yes');
  expect((await schedule()).schedule).toMatchObject({
    every_hours: 6,
    keep_fulls: 2,
    keep_days: 0,
    drill_every_days: null,
    with_content: false,
    recipients: [recipient],
  });
  await schedule('--unencrypted', '--yes');
  expect((await schedule()).schedule).toMatchObject({ recipients: [] });

  for (const [args, code, exit] of [
    [['--every-hours', '745'], 'USAGE', 2],
    [['--recipient', recipient, '--unencrypted'], 'USAGE', 2],
    [['--off', '--keep-days', '3'], 'USAGE', 2],
    [['--recipient', 'ssh-ed25519'], 'USAGE', 2],
    [['--recipient', recipient.slice(0, -1)], 'INPUT_INVALID', 1],
  ] as const)
    await expectRefusal(backup('schedule', ...args, '--yes'), { code, exit });
  expect((await schedule()).schedule).toMatchObject({ every_hours: 6, recipients: [] });
  await schedule('--off', '--yes');
  expect(await schedule()).toMatchObject({ schedule: null, next_backup_at: null, next_drill_at: null });
});
