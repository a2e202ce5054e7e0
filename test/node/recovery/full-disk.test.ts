import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { fillUp, mount } from '../storage/small-disk.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { backUp, findingsOf, makeChain, restore } from './recovery-fixture.ts';

const probe = mount('size=1m');

describe.skipIf('reason' in probe)('a disk that is really full', () => {
  test('refuses a backup and a restore as such, leaves what was there, and takes both when there is room', async () => {
    const root = temporaryDirectory();
    const chain = await makeChain(root);
    const made = await backUp(chain.data, join(root, 'full.backup'));
    const disk = mount('size=32m');
    if (!('directory' in disk)) throw new Error(disk.reason);
    const target = join(disk.directory, 'data');
    cpSync(chain.data, target, { recursive: true });
    mkdirSync(join(disk.directory, 'backups'));
    const before = readFileSync(join(dataPaths(target).chain, 'chain.db'));
    fillUp(disk.directory);
    const output = join(disk.directory, 'backups', 'one.backup');
    await expect(backUp(chain.data, output)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(readdirSync(join(disk.directory, 'backups'))).toEqual([]);
    await expect(restore([made.path], target)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(readFileSync(join(dataPaths(target).chain, 'chain.db')).equals(before)).toBe(true);
    expect(readdirSync(disk.directory).toSorted()).toEqual(['backups', 'data', 'filler']);

    rmSync(join(disk.directory, 'filler'));
    await expect(backUp(chain.data, output)).resolves.toMatchObject({ backup: expect.any(String) as string });
    expect((await restore([made.path], target)).fault).toBeNull();
    expect(await findingsOf(target)).toEqual([]);
  });
});
