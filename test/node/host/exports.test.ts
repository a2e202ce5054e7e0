import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createRouterClient } from '@orpc/server';
import { describe, expect, test } from 'vitest';

import type { ExportEvent } from '../../../src/api/operator/exports.ts';
import { trustedKeys } from '../../../src/api/trusted-keys.ts';
import { decodeBase64 } from '../../../src/base/base64.ts';
import { EXPORT_PART_SIZE_BYTES, EXPORTS_KEPT_MAX } from '../../../src/base/limits.ts';
import type { ContractClient } from '../../../src/cli/session.ts';
import { EXPORT_KINDS } from '../../../src/ledger/documents/export-manifest.ts';
import { readSigningLog } from '../../../src/node/data-directory/signing-log.ts';
import { verifyExport } from '../../../src/node/export/verify-export.ts';
import { hostRouter } from '../../../src/node/host/router.ts';
import { coded } from '../../coded.ts';
import { sandboxHost, type SandboxHost } from '../governance/sandbox-host.ts';

type Done = Extract<ExportEvent, { readonly type: 'done' }>;

interface Opened {
  readonly sandbox: SandboxHost;
  readonly page: ContractClient;
  /** Where its exports lie. */
  readonly folder: string;
  names(): readonly string[];
  make(input: Parameters<ContractClient['operator']['runExport']>[0]): Promise<Done>;
  read(name: string): Promise<Buffer>;
}

/** A page on a chain with three environments. */
async function opened(): Promise<Opened> {
  const sandbox = await sandboxHost();
  const page: ContractClient = createRouterClient(hostRouter, {
    context: { host: sandbox.host, door: 'page', asker: 'a tab' },
  });
  for (const id of ['one', 'two', 'three']) {
    const payload = { env_id: id, state_hash: `0x${'ab'.repeat(32)}`, metadata: {} };
    const sent = await sandbox.send('create_environment', payload);
    if (sent.outcome !== 'committed') throw new Error(JSON.stringify(sent));
  }
  const folder = join(sandbox.host.dataDirectory, 'audit-exports');
  return {
    sandbox,
    page,
    folder,
    names: () => (existsSync(folder) ? readdirSync(folder) : []),
    async make(input) {
      for await (const event of await page.operator.runExport(input)) if (event.type === 'done') return event;
      throw new Error('it ended without a result');
    },
    async read(name) {
      const parts: Uint8Array[] = [];
      for (let offset = 0, size = 1; offset < size;) {
        const part = await page.operator.exportPart({ name, offset });
        const bytes = decodeBase64(part.base64);
        expect(bytes.length).toBeLessThanOrEqual(EXPORT_PART_SIZE_BYTES);
        parts.push(bytes);
        offset += bytes.length;
        size = part.size_bytes;
      }
      return Buffer.concat(parts);
    },
  };
}

describe('an export that a page asks for', () => {
  test('is signed by the validator of the node, listed, read in parts, and verifies, in each form', async () => {
    const { sandbox, page, folder, make, read } = await opened();
    const { validators } = await page.chain.validators();
    const trusted = trustedKeys(sandbox.host.node.chain, validators);
    for (const kind of EXPORT_KINDS) {
      const { export: file, manifest, rows, to_block } = await make({ kind, filter: {} });
      expect(file).toMatchObject({ kind, path: join(folder, file.name) });
      const { exports, directory } = await page.operator.exports();
      expect(directory).toBe(folder);
      expect(exports).toContainEqual(file);
      expect((await read(file.name)).equals(readFileSync(file.path))).toBe(true);
      const { manifest_name: beside } = file;
      expect(beside === null).toBe(kind === 'jsonl');
      if (beside !== null) expect((await read(beside)).equals(readFileSync(join(folder, beside)))).toBe(true);
      const verified = await verifyExport({ path: file.path, trusted });
      expect(verified.report).toMatchObject({ ok: true });
      expect(verified.report.steps.at(-1)?.detail).toMatch(/^validator /);
      expect(verified.manifest).toMatchObject({ kind, rows, to_block });
      expect(readSigningLog(sandbox.host.dataDirectory).join('\n')).toContain(manifest);
    }
    const { exports } = await page.operator.exports();
    expect(exports.map(({ kind }) => kind)).toEqual(EXPORT_KINDS.toReversed());
  }, 60_000);

  test('of what a filter finds holds that and no more', async () => {
    const { make } = await opened();
    const { export: file, rows } = await make({ kind: 'jsonl', filter: { env_id: 'two' } });
    expect(rows).toBe(1);
    expect(readFileSync(file.path, 'utf8')).toContain('"env_id":"two"');
  });

  test('that cannot be made, or is stopped, leaves nothing and says why', async () => {
    const { sandbox, page, names, make } = await opened();
    await expect(make({ kind: 'pdf', filter: { signer: 'nobody' } })).rejects.toEqual(coded('USAGE'));
    await expect(make({ kind: 'csv', filter: { from_block: 99_999 } })).rejects.toEqual(coded('INPUT_INVALID'));
    await expect(make({ kind: 'blocks', filter: { text: 'one' } })).rejects.toEqual(coded('USAGE'));
    const events = await page.operator.runExport({ kind: 'blocks', filter: {} });
    const first = await events.next();
    if (first.done === true || first.value.type !== 'job') throw new Error('it did not begin');
    await page.operator.cancelJob({ job_id: first.value.job_id });
    const following = async (): Promise<void> => {
      for await (const _ of events);
    };
    await expect(following()).rejects.toEqual(coded('CANCELLED'));
    expect(sandbox.host.jobs.list().at(-1)).toMatchObject({ kind: 'export', state: 'cancelled' });
    expect(names()).toEqual([]);
    const left = readdirSync(sandbox.host.dataDirectory).filter((name) => name.startsWith('quantum-lock-scratch'));
    expect(left).toEqual([]);
  });
});

test('exports are made until a bounded number lies there, and again once there is room', async () => {
  const { folder, make } = await opened();
  mkdirSync(folder);
  const nameOf = (index: number): string => join(folder, `audit-20260101T${String(index).padStart(9, '0')}Z.jsonl`);
  for (let index = 0; index < EXPORTS_KEPT_MAX; index++) writeFileSync(nameOf(index), '');
  await expect(make({ kind: 'csv', filter: {} })).rejects.toEqual(coded('LIMIT_EXCEEDED'));
  rmSync(nameOf(7));
  expect((await make({ kind: 'csv', filter: {} })).rows).toBeGreaterThan(0);
});

test('a report is previewed as it would be written, and nothing is written', async () => {
  const { page, names } = await opened();
  let shown: string | null = null;
  for await (const event of await page.operator.previewReport({ filter: { env_id: 'two' } }))
    if (event.type === 'done') shown = event.html;
  expect(shown).toContain('Audit report');
  expect(shown).toContain('Registered two');
  expect(shown).not.toContain('Registered one');
  expect(names()).toEqual([]);
});

test('a page reads nothing of this machine by way of the exports', async () => {
  const { sandbox, page, folder, make } = await opened();
  const { export: newest } = await make({ kind: 'csv', filter: {} });
  const secret = join(sandbox.host.dataDirectory, 'secret');
  writeFileSync(secret, 'secret');
  const link = 'audit-20200101T000000000Z.csv';
  symlinkSync(secret, join(folder, link));
  for (const name of [
    '../node.json',
    '../keys/passphrase',
    `${newest.name}/../../node.json`,
    `${newest.name}.manifest.json.manifest.json`,
    'node.json',
    '.manifest.json',
    newest.name.replace('.csv', '.exe'),
    newest.name.replace('.csv', '.cef'),
    newest.name.replace('audit', 'report'),
    `${newest.name}\0`,
    '',
    link,
  ])
    await expect(page.operator.exportPart({ name, offset: 0 }), name).rejects.toEqual(coded('NOT_FOUND'));
  expect((await page.operator.exports()).exports.map(({ name }) => name)).toEqual([newest.name]);
  const { base64, size_bytes } = await page.operator.exportPart({ name: newest.name, offset: newest.size_bytes + 9 });
  expect({ base64, size_bytes }).toEqual({ base64: '', size_bytes: newest.size_bytes });
});
