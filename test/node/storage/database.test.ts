import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import { openDatabase } from '../../../src/node/storage/database.ts';
import { SeededRandom } from '../../crash/seeded-random.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const MIGRATIONS = ['CREATE TABLE one (id INTEGER PRIMARY KEY)', 'CREATE TABLE two (id INTEGER PRIMARY KEY)'];

describe('a database of ours', () => {
  const open = (path: string, migrations: readonly string[], mode: 'write' | 'read' = 'write'): Database.Database =>
    openDatabase({ path, mode, migrations, synchronous: 'FULL' });

  test('is in WAL mode with synchronous = FULL at every opening, because SQLite does not keep that in the file', () => {
    const path = join(temporaryDirectory(), 'a.db');
    for (let opening = 0; opening < 3; opening++) {
      const database = open(path, MIGRATIONS);
      expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(database.pragma('synchronous', { simple: true })).toBe(2);
      database.close();
    }
    // A plain opening has another level: ours is not a default that happens to be right.
    const plain = new Database(path);
    expect(plain.pragma('synchronous', { simple: true })).toBe(1);
    plain.close();
  });

  test('is brought up to date step by step, and by a writer only', () => {
    const path = join(temporaryDirectory(), 'a.db');
    open(path, MIGRATIONS.slice(0, 1)).close();
    expect(() => open(path, MIGRATIONS, 'read')).toThrow(coded('STORAGE_FAILED'));
    const database = open(path, MIGRATIONS);
    expect(database.pragma('user_version', { simple: true })).toBe(2);
    expect(database.prepare('SELECT count(*) FROM two').pluck().get()).toBe(0);
    database.close();
    open(path, MIGRATIONS, 'read').close();
  });

  test('stays as it was where a step fails', () => {
    const path = join(temporaryDirectory(), 'a.db');
    open(path, MIGRATIONS.slice(0, 1)).close();
    expect(() => open(path, [...MIGRATIONS.slice(0, 1), 'CREATE TABLE two (id INTEGER); nonsense'])).toThrow();
    const database = open(path, MIGRATIONS);
    expect(database.pragma('user_version', { simple: true })).toBe(2);
    database.close();
  });

  test('is refused where a newer version wrote it', () => {
    const path = join(temporaryDirectory(), 'a.db');
    open(path, MIGRATIONS).close();
    for (const mode of ['write', 'read'] as const) {
      expect(() => open(path, MIGRATIONS.slice(0, 1), mode)).toThrow(coded('DATA_DIR_NEWER'));
    }
  });

  test('is refused where its file was cut, or something put behind its end, whoever opens it', () => {
    const random = SeededRandom.announced('cut files');
    const path = join(temporaryDirectory(), 'a.db');
    const filled = open(path, MIGRATIONS);
    for (let id = 0; id < 2_000; id++) filled.prepare('INSERT INTO one VALUES (?)').run(id);
    filled.close();
    const whole = readFileSync(path);
    const sizes = Array.from({ length: 60 }, () => random.between(1, whole.length - 1));
    for (const size of [
      ...sizes,
      4_096,
      whole.length - 4_096,
      whole.length - 1,
      whole.length + 1,
      whole.length + 4_096,
    ])
      for (const mode of ['write', 'read'] as const) {
        writeFileSync(path, Buffer.concat([whole, Buffer.alloc(4_096)]).subarray(0, size));
        expect(() => open(path, MIGRATIONS, mode), `${size} of ${whole.length}, ${mode}`).toThrow(
          coded('STORAGE_CORRUPT'),
        );
      }
    writeFileSync(path, whole);
    open(path, MIGRATIONS, 'read').close();
  });

  test('is read beside its writer, whose newest pages are in the log', () => {
    const path = join(temporaryDirectory(), 'a.db');
    const writer = open(path, MIGRATIONS);
    for (let id = 0; id < 2_000; id++) {
      writer.prepare('INSERT INTO one VALUES (?)').run(id);
      if (id % 100 !== 0) continue;
      const reader = open(path, MIGRATIONS, 'read');
      expect(reader.prepare('SELECT count(*) FROM one').pluck().get()).toBe(id + 1);
      reader.close();
      if (id % 500 === 0) writer.pragma('wal_checkpoint(TRUNCATE)');
    }
    writer.close();
  });

  test('is not made by reading', () => {
    expect(() => open(join(temporaryDirectory(), 'none.db'), MIGRATIONS, 'read')).toThrow(coded('STORAGE_FAILED'));
  });
});
