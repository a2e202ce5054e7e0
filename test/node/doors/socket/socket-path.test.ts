import { mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { reachSocket } from '../../../../src/node/doors/socket/socket-path.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';

/** The longest path that is given to the system as it is. */
const LENGTH_MAX = 100;

/** A path of so many bytes, in a folder that is there. */
function pathOf(length: number): string {
  const root = temporaryDirectory();
  const folder = join(root, 'x'.repeat(Math.max(1, length - root.length - '//node.sock'.length)));
  mkdirSync(folder);
  return join(folder, 'node.sock');
}

const openHandles = (folder: string): number =>
  readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) === folder;
    } catch {
      return false;
    }
  }).length;

describe.skipIf(process.platform === 'win32')('the way to a socket', () => {
  test('is its own path as long as the system takes it', () => {
    const path = pathOf(LENGTH_MAX);
    expect(path).toHaveLength(LENGTH_MAX);
    expect(reachSocket(path).path).toBe(path);
    // What counts is bytes.
    expect(Buffer.byteLength(reachSocket(`${path.slice(0, -1)}é`).path)).toBeLessThan(LENGTH_MAX);
  });

  test.skipIf(process.platform !== 'linux')(
    'is a short one to the same place where it is too long, and leaves no handle',
    async () => {
      for (const length of [LENGTH_MAX + 1, 180]) {
        const path = pathOf(length);
        const folder = join(path, '..');
        const [near, far] = [reachSocket(path), reachSocket(path)];
        expect(near.path).toMatch(/^\/proc\/self\/fd\/\d+\/node\.sock$/);
        const server = createServer((socket) => socket.end('reached'));
        await new Promise<void>((resolve) => server.listen(near.path, resolve));
        near.used();
        expect(readdirSync(folder)).toEqual(['node.sock']);
        const heard = await new Promise((resolve) => {
          let text = '';
          connect(far.path)
            .on('data', (part) => (text += part.toString()))
            .on('close', () => resolve(text));
        });
        expect(heard).toBe('reached');
        await new Promise<void>((resolve) => void server.close(() => resolve()));
        expect(openHandles(folder)).toBe(2);
        near.release();
        far.release();
        expect(openHandles(folder)).toBe(0);
      }
    },
  );
});
