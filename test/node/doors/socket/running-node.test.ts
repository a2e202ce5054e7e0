import { mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import http, { ClientRequest, createServer } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { join } from 'node:path';

import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { LOCAL_ANSWER_TIMEOUT_MS } from '../../../../src/base/limits.ts';
import { proofOf } from '../../../../src/base/mutual-proof.ts';
import {
  LOCAL_PURPOSE,
  localAddress,
  localNonce,
  makeLocalSecret,
} from '../../../../src/node/doors/socket/local-handshake.ts';
import { LocalSocket } from '../../../../src/node/doors/socket/local-socket.ts';
import { findRunningNode } from '../../../../src/node/doors/socket/running-node.ts';
import { reachSocket } from '../../../../src/node/doors/socket/socket-path.ts';
import { coded } from '../../../coded.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';

const isPosix = process.platform !== 'win32';

function dataDirectory(name = 'data'): string {
  const root = join(temporaryDirectory(), name);
  mkdirSync(root, { mode: 0o700 });
  return root;
}

/** Only what is measured by the product's own code: connections keep the machine's time. */
const holdTime = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
afterEach(() => void vi.useRealTimers());

type Hello = Readonly<Record<'id' | 'nonce', string>>;

/** What listens where the node would, and its end of each connection. */
interface Peer {
  readonly root: string;
  readonly secret: Uint8Array;
  /** The first that connects. */
  readonly met: Promise<WebSocket>;
  /** It has said who it is, and waits. */
  readonly asked: Promise<Hello>;
}

async function peer(reply: (hello: Hello, socket: WebSocket, peer: Peer) => void = () => undefined): Promise<Peer> {
  const root = dataDirectory();
  const secret = makeLocalSecret(root);
  const met = Promise.withResolvers<WebSocket>();
  const asked = Promise.withResolvers<Hello>();
  const peer: Peer = { root, secret, met: met.promise, asked: asked.promise };
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    met.resolve(socket);
    socket.once('message', (data: Buffer) => {
      const hello = JSON.parse(data.toString()) as Hello;
      asked.resolve(hello);
      reply(hello, socket, peer);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(root, 'node.sock'), resolve));
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  return peer;
}

const closed = (socket: WebSocket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) resolve();
    socket.once('close', () => resolve());
  });

/** What was found, or the error that is told. */
const outcome = (root: string): Promise<unknown> => findRunningNode(root).catch((error: unknown) => error);

/** Proves the secret, as the node does, and waits for the answer. */
const challenge = ({ id, nonce }: Hello, socket: WebSocket, { root, secret }: Peer): void => {
  const serverNonce = localNonce();
  const terms = { purpose: LOCAL_PURPOSE, address: localAddress(root), id, clientNonce: nonce, serverNonce };
  socket.send(JSON.stringify({ type: 'challenge', nonce: serverNonce, proof: proofOf(secret, 'server', terms) }));
};

describe.skipIf(!isPosix)('a node that does not answer', () => {
  test('is told as silent when its time is over, and its connection ends', async () => {
    holdTime();
    const { root, met, asked } = await peer();
    const found = outcome(root);
    await asked;
    vi.advanceTimersByTime(LOCAL_ANSWER_TIMEOUT_MS);
    expect(await found).toEqual(coded('NODE_SILENT'));
    await closed(await met);
  });

  test('is told as silent though it began to answer', async () => {
    holdTime();
    const answered = Promise.withResolvers<void>();
    const { root, met } = await peer((hello, socket, self) => {
      socket.once('message', () => answered.resolve());
      challenge(hello, socket, self);
    });
    const found = outcome(root);
    await answered.promise;
    vi.advanceTimersByTime(LOCAL_ANSWER_TIMEOUT_MS);
    expect(await found).toEqual(coded('NODE_SILENT'));
    await closed(await met);
  });

  // A timer may go off up to 50 ms before its time.
  test.each([
    [LOCAL_ANSWER_TIMEOUT_MS - 51, null],
    [LOCAL_ANSWER_TIMEOUT_MS - 50, 'NODE_SILENT'],
  ])('is one that went away where it went before its time was over: after %d ms %s', async (waitedMs, code) => {
    holdTime();
    const { root, met, asked } = await peer();
    const found = outcome(root);
    await asked;
    vi.advanceTimersByTime(waitedMs);
    (await met).terminate();
    expect(await found).toEqual(code === null ? null : coded(code));
  });

  test('is told as silent where it does not even take up the connection', async () => {
    const root = dataDirectory();
    makeLocalSecret(root);
    const server = createNetServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'node.sock'), resolve));
    onTestFinished(() => void server.close());
    // The time that a request has is Node's own: it is over when the request says so.
    const sent = vi.spyOn(http, 'request');
    onTestFinished(() => sent.mockRestore());
    const taken = new Promise<void>((resolve) =>
      server.once('connection', (socket) => {
        onTestFinished(() => void socket.destroy());
        socket.once('data', () => resolve());
      }),
    );
    const found = outcome(root);
    await taken;
    expect(sent.mock.calls[0]?.[0]).toMatchObject({ timeout: LOCAL_ANSWER_TIMEOUT_MS });
    const request: unknown = sent.mock.results[0]?.value;
    if (!(request instanceof ClientRequest)) throw new Error('it asked nothing');
    request.emit('timeout');
    expect(await found).toEqual(coded('NODE_SILENT'));
  });
});

describe.skipIf(!isPosix)('what is not the node', () => {
  test('is not left connected where it cannot prove the secret', async () => {
    const { root, met } = await peer((_, socket) => socket.send(JSON.stringify({ type: 'refused' })));
    await expect(findRunningNode(root)).rejects.toThrow(coded('ACCESS_DENIED'));
    await closed(await met);
  });

  test('is not left connected where it welcomes in no words of ours', async () => {
    const { root, met } = await peer((hello, socket, self) => {
      socket.once('message', () => socket.send(JSON.stringify({ type: 'welcome' })));
      challenge(hello, socket, self);
    });
    expect(await findRunningNode(root)).toBeNull();
    await closed(await met);
  });
});

describe.skipIf(!isPosix)('a node that was found', () => {
  async function listening(root: string): Promise<void> {
    const socket = new LocalSocket({
      path: join(root, 'node.sock'),
      runs: 'a console',
      chain: () => 'open',
      onConnection: (connection) => connection.on('message', (data: Buffer) => connection.send(data.toString())),
    });
    await socket.listen();
    onTestFinished(() => socket.close());
  }

  test('is heard for as long as it takes, and as much as it says', async () => {
    holdTime();
    const root = dataDirectory();
    await listening(root);
    const found = await findRunningNode(root);
    if (found === null) throw new Error('it was not found');
    onTestFinished(() => found.socket.terminate());
    vi.advanceTimersByTime(10 * LOCAL_ANSWER_TIMEOUT_MS);
    for (const text of ['one', 'two', 'three']) {
      const heard = new Promise((resolve) => found.socket.once('message', (data: Buffer) => resolve(data.toString())));
      found.socket.send(text);
      expect(await heard).toBe(text);
      expect(found.socket.readyState).toBe(WebSocket.OPEN);
    }
  });

  test.skipIf(process.platform !== 'linux')('leaves no handle of its directory open', async () => {
    const root = dataDirectory('x'.repeat(120));
    expect(reachSocket(join(root, 'node.sock')).path).toMatch(/^\/proc\/self\/fd\//);
    await listening(root);
    const before = handlesOf(root);
    const found = await findRunningNode(root);
    expect(found).not.toBeNull();
    found?.socket.terminate();
    expect(handlesOf(root)).toBe(before);
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
