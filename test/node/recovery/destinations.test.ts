import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readBackupLog } from '../../../src/node/recovery/backup-log.ts';
import { lineOf, type BackupCopy } from '../../../src/node/recovery/copies.ts';
import type { Destination } from '../../../src/node/recovery/destinations/destination.ts';
import { folderDestination } from '../../../src/node/recovery/destinations/folder.ts';
import { lookInto } from '../../../src/node/recovery/look-into.ts';
import { findLine, verifyCopy } from '../../../src/node/recovery/verify-copy.ts';
import { extract, findingsOf, grow, HourlyBackups, makeChain, type BackedUpChain } from './recovery-fixture.ts';

const root = mkdtempSync(join(tmpdir(), 'quantum-lock-destinations-'));
let chain: BackedUpChain;
const hourly = new HourlyBackups();

beforeAll(async () => {
  chain = await makeChain(root);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function folder(name: string): Destination & { readonly path: string } {
  const path = join(root, name);
  mkdirSync(path);
  return { ...folderDestination({ id: name, path }), path };
}

async function listCopies(destination: Destination): Promise<readonly BackupCopy[]> {
  return (await lookInto(destination, chain.data)).copies;
}

describe('a folder that backups go to', () => {
  test('gets fulls and increments as scheduled, each read back, and old families are deleted', async () => {
    const one = folder('one');
    const kinds: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      if (name === 'b') await grow(chain, ['of-folder']);
      const done = await hourly.run(chain, [one]);
      kinds.push(done.kind);
      expect(done.copies).toMatchObject([{ destination_id: 'one', problem: null }]);
    }
    expect(kinds).toEqual(['full', 'incremental', 'incremental', 'full']);
    // The first family went when the second began.
    const copies = await listCopies(one);
    expect(copies.map(({ summary }) => summary.kind)).toEqual(['full']);
    expect(readdirSync(one.path)).toHaveLength(1);
    expect(readBackupLog(chain.data).filter(({ event }) => event === 'deleted')).toHaveLength(3);
    const into = join(root, 'restored-of-folder');
    await extract([join(one.path, copies[0]?.name ?? '')], into);
    expect(await findingsOf(into)).toEqual([]);
  });

  test('that fails keeps no other from its copy, and is told; without any copy the backup failed', async () => {
    const good = folder('good');
    const gone = folderDestination({ id: 'gone', path: join(root, 'not-mounted') });
    const { copies } = await hourly.run(chain, [gone, good]);
    expect(copies).toMatchObject([
      { destination_id: 'gone', problem: { code: 'DESTINATION_FAILED' } },
      { destination_id: 'good', problem: null },
    ]);
    expect(existsSync(join(root, 'not-mounted'))).toBe(false);
    await expect(hourly.run(chain, [gone], null)).rejects.toMatchObject({ code: 'DESTINATION_FAILED' });
    await expect(hourly.run(chain, [])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('that deletes nothing has its copy all the same, and is told', async () => {
    const keeping: Destination = {
      ...folder('keeping'),
      remove: () => Promise.reject(new Error('permission denied')),
    };
    const problems: (string | undefined)[] = [];
    for (let made = 0; made < 4; made++) {
      const { copies } = await hourly.run(chain, [keeping]);
      problems.push(copies[0]?.problem?.message);
    }
    expect(problems.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(problems[3]).toMatch(/was copied there, and an older one could not be deleted: permission denied/);
    expect(await listCopies(keeping)).toHaveLength(4);
  });

  test('is checked byte by byte, with what a backup goes on from', async () => {
    const checked = folder('checked');
    await hourly.run(chain, [checked]);
    await grow(chain, ['of-checked']);
    const { backup } = await hourly.run(chain, [checked]);
    const verify = (): ReturnType<typeof verifyCopy> =>
      verifyCopy({
        dataDirectory: chain.data,
        destination: checked,
        backup,
        now: () => hourly.now,
        report: () => undefined,
      });
    expect(await verify()).toEqual({ checked: 'content', findings: [] });
    const line = await findLine(checked, backup, chain.data);
    expect(line).toHaveLength(2);
    const path = join(checked.path, line[0]?.name ?? '');
    const bytes = readFileSync(path);
    bytes[400] = (bytes[400] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(await verify()).toMatchObject({
      findings: [{ message: expect.stringContaining('is not the one that was signed for') as string }],
    });
    rmSync(path);
    expect(lineOf(await listCopies(checked), backup)).toBeNull();
    await expect(verify()).rejects.toMatchObject({ code: 'BACKUP_BASE_MISSING' });
  });
});
