import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';

import { BlobStore } from '../../../src/node/blobs/blob-store.ts';
import { BlobReader } from '../../../src/node/blobs/blob-reader.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { openDatabase } from '../../../src/node/storage/database.ts';
import { ChainReader } from '../../../src/node/storage/chain-reader.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { sealingKey } from '../../crash/test-chain.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { foundedDirectory, openedNode } from './opened-node.ts';

/** As who writes the file without the program: SQLite's own guard is for honest callers. */
function tamper(path: string, sql: string): void {
  const database = new Database(path);
  database.unsafeMode();
  try {
    database.exec(sql);
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/** A database that answers otherwise than the program's own would, by its schema. */
const LIES: Readonly<Record<string, string>> = {
  "a view in a table's place":
    'ALTER TABLE transactions RENAME TO true_ones; CREATE VIEW transactions AS SELECT log_index, bytes FROM true_ones',
  'a table of its own': 'CREATE TABLE more (id INTEGER PRIMARY KEY)',
  'a trigger that takes rows away':
    'CREATE TRIGGER gone AFTER INSERT ON transactions BEGIN DELETE FROM transactions WHERE log_index = NEW.log_index; END',
  'a trigger that changes what is written':
    "CREATE TRIGGER other AFTER UPDATE ON blocks BEGIN UPDATE blocks SET proof = 'x' WHERE height = NEW.height; END",
  'an index that is gone': 'DROP INDEX blocks_by_time',
  'an index more': 'CREATE INDEX transactions_by_bytes ON transactions (bytes)',
  'a partial index under the name of ours':
    'DROP INDEX blocks_by_time; CREATE INDEX blocks_by_time ON blocks (timestamp) WHERE height < 1',
  'a generated column': "ALTER TABLE block_ids ADD COLUMN lie AS ('x')",
  'a column more': 'ALTER TABLE state_values ADD COLUMN lie TEXT',
  'a rewritten statement':
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'proof TEXT', 'proof TEXT DEFAULT 1') WHERE name = 'blocks'",
  'two tables over the same rows':
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'block_ids') WHERE name = 'state_pages'",
};

describe("a database's schema", () => {
  const founded = foundedDirectory;

  test.each(Object.entries(LIES))('is refused by every reader and writer where it holds %s', async (_, sql) => {
    const data = founded();
    const { chain } = dataPaths(data);
    tamper(join(chain, 'chain.db'), sql);
    const corrupt = coded('STORAGE_CORRUPT');
    expect(() => ChainReader.open(chain)).toThrow(corrupt);
    await expect(QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now })).rejects.toEqual(corrupt);
    const { ok, findings } = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(ok).toBe(false);
    expect(findings[0]?.place).toMatch(/^(?:schema|chain\.db)$/);
  });

  test.each(['CREATE TABLE more (id)', 'CREATE VIEW seen AS SELECT * FROM entries', 'DROP INDEX entries_by_signer'])(
    'of index.db that is not ours is made again from the chain: %s',
    async (sql) => {
      const data = founded();
      const path = join(data, 'index.db');
      const before = await openedNode(data);
      await before.query.indexedTo(0);
      await before.close();
      tamper(path, sql);
      const node = await openedNode(data);
      await node.query.indexedTo(0);
      await node.close();
      const database = new Database(path);
      onTestFinished(() => void database.close());
      expect(database.prepare("SELECT count(*) FROM sqlite_schema WHERE name IN ('more', 'seen')").pluck().get()).toBe(
        0,
      );
      expect(
        database.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'entries_by_signer'").pluck().get(),
      ).toBe(1);
    },
  );

  test.each([
    'CREATE TABLE more (id)',
    'CREATE TRIGGER lie AFTER INSERT ON chunks BEGIN DELETE FROM packs; END',
    'DROP TABLE damaged',
  ])("of the blob store's index that is not ours is refused: %s", async (sql) => {
    const directory = join(temporaryDirectory(), 'blobs');
    await new BlobStore({ directory }).close();
    tamper(join(directory, 'index.db'), sql);
    const corrupt = coded('STORAGE_CORRUPT');
    expect(() => new BlobReader(directory)).toThrow(corrupt);
    expect(() => new BlobStore({ directory })).toThrow(corrupt);
  });

  test('is compared with the defences of SQLite on', () => {
    const path = join(temporaryDirectory(), 'a.db');
    const migrations = ['CREATE TABLE one (id INTEGER PRIMARY KEY)'];
    openDatabase({ path, mode: 'write', migrations, synchronous: 'FULL' }).close();
    for (const mode of ['write', 'read', 'memory'] as const) {
      const database = openDatabase({ path, mode, migrations, synchronous: 'FULL' });
      expect(database.pragma('trusted_schema', { simple: true })).toBe(0);
      expect(database.pragma('cell_size_check', { simple: true })).toBe(1);
      if (mode !== 'read') {
        database.pragma('writable_schema = ON');
        expect(() => database.exec("UPDATE sqlite_schema SET sql = 'x'")).toThrow(/may not be modified/);
      }
      database.close();
    }
  });

  test('is the same in a copy of the file', () => {
    const data = founded();
    const path = join(dataPaths(data).chain, 'chain.db');
    copyFileSync(path, `${path}.copy`);
    rmSync(path);
    copyFileSync(`${path}.copy`, path);
    ChainReader.open(dataPaths(data).chain).database.close();
  });
});
