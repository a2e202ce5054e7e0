import { closeSync, existsSync, linkSync, mkdirSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';
import type { WebSocket } from 'ws';

import { LocalSocket } from '../../../../src/node/doors/socket/local-socket.ts';
import { findRunningNode, type RunningNode } from '../../../../src/node/doors/socket/running-node.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';

/** How the socket of a data directory ends, and its connections. */

interface Bench {
  readonly root: string;
  readonly path: string;
  readonly socket: LocalSocket;
  readonly admitted: WebSocket[];
}

async function listening(folder = 'data'): Promise<Bench> {
  const root = join(temporaryDirectory(), folder);
  mkdirSync(root, { mode: 0o700 });
  const path = join(root, 'node.sock');
  const admitted: WebSocket[] = [];
  const socket = new LocalSocket({
    path,
    runs: 'a console',
    chain: () => 'open',
    onConnection: (connection) => {
      admitted.push(connection);
      connection.on('message', (data: Buffer) => connection.send(data.toString()));
    },
  });
  await socket.listen();
  onTestFinished(() => socket.close());
  return { root, path, socket, admitted };
}

async function found(root: string): Promise<RunningNode['socket']> {
  const node = await findRunningNode(root);
  if (node === null) throw new Error('it was not found');
  onTestFinished(() => node.socket.terminate());
  return node.socket;
}

const closed = (socket: Socket | WebSocket): Promise<void> =>
  new Promise((resolve) => void socket.once('close', () => resolve()));

/** The code of the error with which a connection is refused; null where it is taken. */
const refusal = (path: string): Promise<unknown> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(null);
    });
    socket.on('error', (error) => resolve((error as NodeJS.ErrnoException).code));
  });

describe.skipIf(process.platform === 'win32')('the socket of a data directory', () => {
  test('listens no more once it is closed, by whatever name it is reached, and is gone', async () => {
    const { path, socket } = await listening();
    const other = `${path}.kept`;
    linkSync(path, other);
    expect(await refusal(other)).toBeNull();
    await socket.close();
    expect(await refusal(other)).toBe('ECONNREFUSED');
    expect(existsSync(path)).toBe(false);
  });

  test('ends with it whoever is in the middle of a request', async () => {
    const { path, socket } = await listening();
    const line = connect(path);
    onTestFinished(() => void line.destroy());
    const ended = closed(line);
    const answered = new Promise<string>((resolve) => line.once('data', (part) => resolve(part.toString())));
    // The second is never sent to its end.
    line.write('GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT');
    expect(await answered).toMatch(/^HTTP\/1\.1 426 /);
    await socket.close();
    await ended;
  });

  test('ends one connection where that fails, and no other', async () => {
    const { root, admitted } = await listening();
    const [failing, other] = [await found(root), await found(root)];
    const ended = closed(failing);
    expect(() => admitted[0]?.emit('error', new Error('no message of this protocol'))).not.toThrow();
    await ended;
    const heard = new Promise((resolve) => other.once('message', (data: Buffer) => resolve(data.toString())));
    other.send('a call');
    expect(await heard).toBe('a call');
  });

  test.skipIf(process.platform !== 'linux')('leaves no handle where the way to it was too long', async () => {
    const { root, path, socket } = await listening('x'.repeat(120));
    expect(existsSync(path)).toBe(true);
    expect(handlesOf(root)).toBe(1);
    await socket.close();
    expect(handlesOf(root)).toBe(0);
    expect(existsSync(path)).toBe(false);
    // Whose number it was may have been given to another file.
    const other = openSync(root, 'r');
    onTestFinished(() => closeSync(other));
    await socket.close();
    expect(handlesOf(root)).toBe(1);
  });
});

function handlesOf(folder: string): number {
  return readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) === folder;
    } catch {
      return false;
    }
  }).length;
}
