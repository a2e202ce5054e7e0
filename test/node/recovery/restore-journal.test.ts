import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type * as FileSystem from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { afterAll, expect, test, vi } from 'vitest';

import { encodeHash } from '../../../src/base/bytes.ts';
import { settleRestore, writeJournal } from '../../../src/node/recovery/restore-journal.ts';

/** As exFAT and some network disks answer. */
vi.mock('node:fs', async (importOriginal) => ({
  ...(await importOriginal<typeof FileSystem>()),
  linkSync: () => {
    throw Object.assign(new Error('operation not permitted, link'), { code: 'EPERM', syscall: 'link' });
  },
}));

const parent = mkdtempSync(join(tmpdir(), 'quantum-lock-journal-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

test('a restore that was cut short is undone where a file cannot have two names', async () => {
  const root = join(parent, 'data');
  const aside = `${root}.before-restore`;
  for (const directory of [root, aside]) {
    mkdirSync(join(directory, 'chain'), { recursive: true });
    writeFileSync(join(directory, 'chain', 'chain.db'), 'damaged');
  }
  // The log of a damaged chain.db was set aside, and taken away; the new file is not in its place yet.
  writeFileSync(join(aside, 'chain', 'chain.db-wal'), 'its log');
  writeJournal(root, {
    version: 1,
    hash: encodeHash(new Uint8Array(32)),
    pages: 1,
    values: 1,
    scratch: 'data.restoring-0123456789ab',
    aside: basename(aside),
  });
  expect(await settleRestore(root, { now: Date.now, headCopies: [] })).toBe('undone');
  expect(readFileSync(join(root, 'chain', 'chain.db-wal'), 'utf8')).toBe('its log');
  expect(await settleRestore(root, { now: Date.now, headCopies: [] })).toBe('none');
});
