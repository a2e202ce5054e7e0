import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import type { BackupSchedule } from '../../../src/api/operator/backups.ts';
import { encodeHash } from '../../../src/base/bytes.ts';
import { BackupFactsReader } from '../../../src/node/recovery/backup-facts.ts';
import { dueTimes } from '../../../src/node/recovery/backup-schedule.ts';
import { readBackupLog, recordBackup, type BackupEntry } from '../../../src/node/recovery/backup-log.ts';
import {
  forgetDestinationKeys,
  keepDestinationKeys,
  readDestinationKeys,
} from '../../../src/node/recovery/destination-keys.ts';
import {
  addDestination,
  readRecoveryConfig,
  removeDestination,
  setSchedule,
} from '../../../src/node/recovery/recovery-config.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SCHEDULE: BackupSchedule = {
  every_hours: 6,
  full_every: 4,
  with_content: true,
  drill_every_days: 7,
  keep_fulls: 2,
  keep_days: 30,
  recipients: [],
};
const STORE = {
  kind: 's3',
  name: 'store',
  endpoint: 'https://store.example',
  bucket: 'backups',
  region: 'us-east-1',
  prefix: '',
  lock_days: null,
} as const;

describe('what is due', () => {
  const directory = mkdtempSync(join(tmpdir(), 'quantum-lock-due-'));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const config = {
    ...readRecoveryConfig(directory),
    destinations: [{ id: 'one', destination: { kind: 'folder', name: 'one', path: '/mnt' } as const }],
    schedule: SCHEDULE,
    scheduled_at: 1_000,
  };
  const dueAfter = (...log: readonly BackupEntry[]): ReturnType<typeof dueTimes> =>
    dueTimes(config, { log, drills: [] });
  const succeeded = { event: 'succeeded', at: 5_000, what: 'backup', created_at: 1, to_height: 1 } as const;
  const began = { event: 'began', at: 4_000, what: 'backup' } as const;

  test('is a backup at once, and then each interval after one that succeeded', () => {
    expect(dueAfter()).toEqual({ backup: 1_000, drill: 1_000 + 7 * DAY_MS });
    expect(dueAfter(began, succeeded).backup).toBe(5_000 + 6 * HOUR_MS);
  });

  test('is tried again within the hour where it failed, or was cut short', () => {
    expect(dueAfter(began).backup).toBe(4_000 + HOUR_MS);
    const failed = { event: 'failed', at: 6_000, what: 'backup', code: 'X', message: 'm', advice: 'a' } as const;
    expect(dueAfter(began, failed).backup).toBe(6_000 + HOUR_MS);
  });

  test('is nothing without a schedule or a destination', () => {
    expect(dueTimes({ ...config, schedule: null }, { log: [], drills: [] })).toEqual({ backup: null, drill: null });
    expect(dueTimes({ ...config, destinations: [] }, { log: [], drills: [] })).toEqual({ backup: null, drill: null });
    const without = { ...config, schedule: { ...SCHEDULE, drill_every_days: null } };
    expect(dueTimes(without, { log: [], drills: [] }).drill).toBeNull();
  });
});

describe('where backups go', () => {
  test('is kept, checked, and holds no key', async () => {
    const directory = temporaryDirectory();
    expect(readRecoveryConfig(directory)).toMatchObject({ destinations: [], schedule: null });
    const { id } = addDestination(directory, STORE);
    expect(() => addDestination(directory, STORE)).toThrow(/already/);
    expect(() => addDestination(directory, { ...STORE, name: 'plain', endpoint: 'http://store.example' })).toThrow(
      /is not an https/,
    );
    setSchedule(directory, SCHEDULE, 1_000);
    expect(readRecoveryConfig(directory)).toMatchObject({ schedule: SCHEDULE, scheduled_at: 1_000 });

    const place = { dataDirectory: directory, keychain: null };
    await keepDestinationKeys(place, id, { accessKeyId: 'an-access-key', secretAccessKey: 'a-secret-key' });
    expect(await readDestinationKeys(place, id)).toMatchObject({ secretAccessKey: 'a-secret-key' });
    expect(statSync(join(directory, 'destination-keys.json')).mode & 0o077).toBe(0);
    expect(JSON.stringify(readRecoveryConfig(directory))).not.toMatch(/a-secret-key|an-access-key/);
    await forgetDestinationKeys(place, id);
    await expect(readDestinationKeys(place, id)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
    removeDestination(directory, id);
    expect(() => removeDestination(directory, id)).toThrow(/no destination/);
    writeFileSync(join(directory, 'backups.json'), '{"version":1}');
    expect(() => readRecoveryConfig(directory)).toThrow(/cannot be used/);
  });

  test('is logged a line each, and a line that was cut short takes no other with it', () => {
    const directory = temporaryDirectory();
    const entry = { event: 'began', at: 1, what: 'backup' } as const;
    recordBackup(directory, entry);
    writeFileSync(join(directory, 'backups.log'), '{"event":"be', { flag: 'a' });
    recordBackup(directory, entry);
    expect(readBackupLog(directory)).toEqual([entry, entry]);
  });
});

test('how they fare is read again when a file has changed, and not before', () => {
  const directory = temporaryDirectory();
  const reader = new BackupFactsReader(directory);
  expect(reader.read()).toBeNull();
  setSchedule(directory, SCHEDULE, 1_000);
  const facts = reader.read();
  expect(facts).toMatchObject({ since: 1_000, verifiedAt: null, failure: null });
  expect(reader.read()).toBe(facts);
  const copy = { destination: 'one', name: 'a' };
  const digest = encodeHash(new Uint8Array(32));
  recordBackup(directory, { event: 'copied', at: 2_000, ...copy, backup: digest, file_digest: digest });
  expect(reader.read()).toMatchObject({ verifiedAt: 2_000 });
  // That an old copy is checked again makes it no younger.
  recordBackup(directory, { event: 'verified', at: 2_500, ...copy, ok: true });
  expect(reader.read()).toMatchObject({ verifiedAt: 2_000 });
  const failure = { event: 'failed', at: 3_000, what: 'drill', code: 'X', message: 'm', advice: 'a' } as const;
  recordBackup(directory, failure);
  expect(reader.read()).toMatchObject({ verifiedAt: 2_000, failure: { at: 3_000 } });
  const path = join(directory, 'backups.json');
  const before = readFileSync(path);
  writeFileSync(path, '{"version":1}');
  expect(reader.read()).toMatchObject({ code: 'STORAGE_CORRUPT', message: expect.stringContaining(path) as unknown });
  writeFileSync(path, before);
  expect(reader.read()).toMatchObject({ failure: { at: 3_000 } });
});
