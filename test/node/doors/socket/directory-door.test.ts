import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { DirectoryDoor } from '../../../../src/node/doors/socket/directory-door.ts';
import { findRunningNode } from '../../../../src/node/doors/socket/running-node.ts';
import { Host } from '../../../../src/node/host/host.ts';
import { pageSurface } from '../../../../src/node/host/surface.ts';
import { CHAIN_DATABASE } from '../../../../src/node/storage/chain-schema.ts';
import { coded } from '../../../coded.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';

/** A host of a directory that others may read, and what it holds; without a way in yet. */
async function hostOf(files: readonly string[] = []): Promise<{ readonly host: Host; readonly root: string }> {
  const root = join(temporaryDirectory(), 'data');
  mkdirSync(root);
  for (const file of files) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  const host = await Host.open({
    dataDirectory: root,
    surface: pageSurface({ confirmUrl: () => '', makeLink: () => null }),
    version: 'test',
    mode: 'full',
    passphrase: null,
    now: Date.now,
    log: () => undefined,
    openDoor: () => Promise.resolve(null),
  });
  onTestFinished(() => host.close());
  return { host, root };
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe.skipIf(process.platform === 'win32')('the door of a data directory', () => {
  test('that cannot be opened says why, and leaves the directory to the next', async () => {
    const { host, root } = await hostOf();
    // In the place of the socket, and not a leftover of one.
    const taken = join(root, 'node.sock');
    mkdirSync(taken);
    await expect(DirectoryDoor.open(host)).rejects.toThrow();
    rmSync(taken, { recursive: true });
    const door = await DirectoryDoor.open(host);
    const found = await findRunningNode(root);
    expect(found).not.toBeNull();
    found?.socket.terminate();
    await door?.close();
  });

  test('closes a directory to others in which nothing is yet, whatever they could do there', async () => {
    const { host, root } = await hostOf();
    chmodSync(root, 0o777);
    const door = await DirectoryDoor.open(host);
    onTestFinished(async () => door?.close());
    expect(modeOf(root)).toBe(0o700);
  });

  test.each([
    ['a chain', join('chain', CHAIN_DATABASE)],
    ['the traces of one', 'head.record'],
  ])('closes one to others that holds %s, where they could only read', async (_, file) => {
    const { host, root } = await hostOf([file]);
    chmodSync(root, 0o755);
    const door = await DirectoryDoor.open(host);
    onTestFinished(async () => door?.close());
    expect(modeOf(root)).toBe(0o700);
  });

  test.each([
    ['a chain', join('chain', CHAIN_DATABASE)],
    ['the traces of one', 'head.record'],
  ])('is not made in one that holds %s, where others could have written: nothing is put there', async (_, file) => {
    const { host, root } = await hostOf([file]);
    chmodSync(root, 0o777);
    await expect(DirectoryDoor.open(host)).rejects.toThrow(coded('DATA_DIR_SHARED'));
    expect(modeOf(root)).toBe(0o777);
    for (const name of ['console.lock', 'node.sock', 'node.secret'])
      expect(existsSync(join(root, name)), name).toBe(false);
  });
});
