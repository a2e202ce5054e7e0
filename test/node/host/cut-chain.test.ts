import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';

import type { ContractClient } from '../../../src/cli/session.ts';
import { EXPORT_KINDS } from '../../../src/ledger/documents/export-manifest.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { hostRouter } from '../../../src/node/host/router.ts';
import { addDestination } from '../../../src/node/recovery/recovery-config.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { sandboxHost, type SandboxHost } from '../governance/sandbox-host.ts';

interface Cut {
  readonly page: ContractClient;
  readonly folders: readonly string[];
}

/** A node that runs, and from whose store the newest block was taken out: what is left is a whole chain, but an older one. */
async function cut(change: (database: Database.Database, height: number) => void): Promise<Cut> {
  const sandbox: SandboxHost = await sandboxHost();
  const { host, directory } = sandbox;
  const page: ContractClient = createRouterClient(hostRouter, { context: { host, door: 'page', asker: 'a tab' } });
  for (const id of ['one', 'two']) {
    const payload = { env_id: id, state_hash: `0x${'ab'.repeat(32)}`, metadata: {} };
    expect(await sandbox.send('create_environment', payload)).toMatchObject({ outcome: 'committed' });
  }
  const backups = join(temporaryDirectory(), 'disk');
  mkdirSync(backups);
  addDestination(directory, { kind: 'folder', name: 'disk', path: backups });
  await host.node.query.indexedTo(host.node.height);
  const database = new Database(join(dataPaths(directory).chain, 'chain.db'));
  change(database, host.node.height);
  database.close();
  return { page, folders: [backups, join(directory, 'audit-exports'), join(directory, 'snapshots')] };
}

async function end<T>(events: Promise<AsyncIterable<T>>): Promise<void> {
  // All of them are followed: the last one says how it ended.
  for await (const _ of await events);
}

test.each<readonly [string, (database: Database.Database, height: number) => void]>([
  [
    'is gone with all its rows',
    (database, height) => {
      const [logSize, pages, values] = ['transactions', 'state_pages', 'state_values'].map(
        (table) => database.prepare(`SELECT max(rowid) FROM ${table}`).pluck().get() as number,
      ) as [number, number, number];
      database.exec(`DELETE FROM blocks WHERE height = ${height}; DELETE FROM block_ids WHERE height = ${height};
        DELETE FROM transactions WHERE log_index = ${logSize}; DELETE FROM state_pages WHERE id = ${pages};
        DELETE FROM state_values WHERE id = ${values}`);
    },
  ],
  [
    'is not final any more',
    (database, height) => database.exec(`UPDATE blocks SET final = 0, proof = NULL WHERE height = ${height}`),
  ],
])(
  'what a running node exports, backs up and keeps is no older chain, where its newest block %s',
  async (_, change) => {
    const { page, folders } = await cut(change);
    const isDamage: unknown = expect.objectContaining({
      code: 'STORAGE_CORRUPT',
      message: expect.stringMatching(/block \d+ was final and is not any more/) as string,
    });
    for (const kind of EXPORT_KINDS)
      await expect(end(page.operator.runExport({ kind, filter: {} })), kind).rejects.toEqual(isDamage);
    await expect(end(page.operator.previewReport({ filter: {} }))).rejects.toEqual(isDamage);
    await expect(end(page.operator.runBackup({}))).rejects.toEqual(isDamage);
    await expect(end(page.operator.takeSnapshot({}))).rejects.toEqual(isDamage);
    for (const folder of folders) expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  },
);
