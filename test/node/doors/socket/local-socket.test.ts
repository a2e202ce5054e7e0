import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { decodeHex, encodeHex } from '../../../../src/base/bytes.ts';
import { LOCAL_STRANGERS_MAX } from '../../../../src/base/limits.ts';
import { proofOf, secretId } from '../../../../src/base/mutual-proof.ts';
import {
  LOCAL_PURPOSE,
  localAddress,
  localNonce,
  makeLocalSecret,
  readLocalSecret,
  type LocalWelcome,
} from '../../../../src/node/doors/socket/local-handshake.ts';
import { LocalSocket } from '../../../../src/node/doors/socket/local-socket.ts';
import { findRunningNode } from '../../../../src/node/doors/socket/running-node.ts';
import { coded } from '../../../coded.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';

const isPosix = process.platform !== 'win32';

function dataDirectory(): string {
  const root = join(temporaryDirectory(), 'data');
  mkdirSync(root, { mode: 0o700 });
  return root;
}

interface Bench {
  readonly root: string;
  readonly path: string;
  readonly socket: LocalSocket;
  /** Connections that both ends agreed on. */
  readonly admitted: WebSocket[];
  chain: LocalWelcome['chain'];
}

async function listening(root = dataDirectory()): Promise<Bench> {
  const path = join(root, 'node.sock');
  const bench: Omit<Bench, 'socket'> = { root, path, admitted: [], chain: 'open' };
  const socket = new LocalSocket({
    path,
    runs: 'a console',
    chain: () => bench.chain,
    onConnection: (connection) => {
      bench.admitted.push(connection);
      connection.on('message', (data: Buffer) => connection.send(`heard ${data.toString()}`));
    },
  });
  await socket.listen();
  onTestFinished(() => socket.close());
  return Object.assign(bench, { socket });
}

/** A connection that knows the protocol, and what it was told. */
class Stranger {
  readonly socket: WebSocket;
  readonly closed: Promise<void>;
  readonly heard: unknown[] = [];
  #onMessage: () => void = () => undefined;

  constructor(path: string) {
    this.socket = new WebSocket(`ws+unix:${path}:/`);
    this.closed = new Promise((resolve) => this.socket.on('error', () => undefined).on('close', () => resolve()));
    this.socket.on('message', (data: Buffer) => {
      this.heard.push(JSON.parse(data.toString()));
      this.#onMessage();
    });
    onTestFinished(() => this.socket.terminate());
  }

  async say(message: unknown): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING)
      await new Promise((resolve) => this.socket.once('open', resolve).once('close', resolve));
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    return this;
  }

  hears(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onMessage = () => {
        if (this.heard.length >= count) resolve();
      };
      this.#onMessage();
    });
  }
}

/** The next message of a protocol that is kept, but for what `change` does to the proof. */
async function answered(
  bench: Bench,
  change: Partial<{ address: string; side: 'client' | 'server'; nonce: string; secret: Uint8Array }> = {},
): Promise<Stranger> {
  const secret = change.secret ?? readLocalSecret(bench.root) ?? new Uint8Array(32);
  const stranger = new Stranger(bench.path);
  const [id, clientNonce] = [secretId(LOCAL_PURPOSE, secret), localNonce()];
  await stranger.say({ type: 'hello', id, nonce: clientNonce });
  await stranger.hears(1);
  const { nonce } = stranger.heard[0] as { readonly nonce: string };
  const terms = {
    purpose: LOCAL_PURPOSE,
    address: change.address ?? localAddress(bench.root),
    id,
    clientNonce,
    serverNonce: change.nonce ?? nonce,
  };
  await stranger.say({ type: 'answer', proof: proofOf(secret, change.side ?? 'client', terms) });
  return stranger;
}

describe.skipIf(!isPosix)('a command finds the node of its directory', () => {
  test('and hears who runs there and how its chain is; then both speak', async () => {
    const bench = await listening();
    for (const chain of ['open', 'opening', 'none'] as const) {
      bench.chain = chain;
      const found = await findRunningNode(bench.root);
      expect(found).toMatchObject({ type: 'welcome', pid: process.pid, runs: 'a console', chain });
      const heard = new Promise((resolve) => found?.socket.once('message', (data: Buffer) => resolve(data.toString())));
      found?.socket.send('hello');
      expect(await heard).toBe('heard hello');
      found?.socket.terminate();
    }
    expect(bench.admitted).toHaveLength(3);
  });

  test('by whatever name it has', async () => {
    const { root } = await listening();
    const other = join(temporaryDirectory(), 'link');
    symlinkSync(root, other);
    const found = await findRunningNode(other);
    expect(found).toMatchObject({ type: 'welcome' });
    found?.socket.terminate();
  });

  test('but not one that has gone, left its socket, or never was', async () => {
    const { root, path, socket } = await listening();
    await socket.close();
    expect(existsSync(path)).toBe(false);
    expect(await findRunningNode(root)).toBeNull();
    // A leftover that nobody listens on.
    const leftover = createNetServer();
    await new Promise<void>((resolve) => leftover.listen(`${path}.other`, resolve));
    await new Promise<void>((resolve) => void leftover.close(() => resolve()));
    writeFileSync(path, '');
    expect(await findRunningNode(root)).toBeNull();
    expect(await findRunningNode(dataDirectory())).toBeNull();
  });

  test('and none in a directory that others may write to, whatever listens there', async () => {
    const { root } = await listening();
    chmodSync(root, 0o777);
    expect(await findRunningNode(root)).toBeNull();
    chmodSync(root, 0o700);
    const found = await findRunningNode(root);
    expect(found).not.toBeNull();
    found?.socket.terminate();
  });

  test('and none where the secret is gone or none', async () => {
    const { root } = await listening();
    const file = join(root, 'node.secret');
    const secret = readFileSync(file, 'utf8');
    for (const text of ['', '0x12', `${secret.trim()}0`, secret.toUpperCase(), `x${secret}`]) {
      writeFileSync(file, text);
      expect(readLocalSecret(root), text).toBeNull();
      expect(await findRunningNode(root), text).toBeNull();
    }
    rmSync(file);
    expect(await findRunningNode(root)).toBeNull();
    writeFileSync(file, secret.trim());
    expect(readLocalSecret(root)).toEqual(decodeHex(secret.trim()));
  });
});

describe.skipIf(!isPosix)('a socket', () => {
  test('is its owner’s alone, in a directory that is closed to others, and takes the place of a leftover', async () => {
    const root = dataDirectory();
    chmodSync(root, 0o755);
    writeFileSync(join(root, 'node.sock'), 'a leftover');
    const { path } = await listening(root);
    expect(statSync(root).mode & 0o777).toBe(0o700);
    expect(statSync(path).isSocket()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'node.secret')).mode & 0o777).toBe(0o600);
    const shared = dataDirectory();
    chmodSync(shared, 0o777);
    await expect(listening(shared)).rejects.toThrow(coded('DATA_DIR_SHARED'));
  });

  test('has another secret at each start', async () => {
    const root = dataDirectory();
    const secrets = [makeLocalSecret(root), makeLocalSecret(root)].map(encodeHex);
    expect(new Set(secrets).size).toBe(2);
    expect(readFileSync(join(root, 'node.secret'), 'utf8')).toBe(`${secrets[1]}\n`);
    expect(localNonce()).not.toBe(localNonce());
    expect(localNonce()).toMatch(/^0x[0-9a-f]{64}$/);
  });

  test('that cannot be made says so', async () => {
    const root = dataDirectory();
    const path = join(root, 'node.sock');
    const socket = new LocalSocket(
      { path: join(root, 'no', 'such', 'node.sock'), runs: 'x', chain: () => 'none', onConnection: () => undefined },
      root,
    );
    // As the system says it of a socket in a folder that is not there.
    await expect(socket.listen()).rejects.toThrow(coded('STORAGE_DENIED'));
    expect(existsSync(path)).toBe(false);
  });

  test('serves no request', async () => {
    const { path } = await listening();
    const status = await new Promise((resolve, reject) =>
      request({ socketPath: path, path: '/' }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end(),
    );
    expect(status).toBe(426);
  });

  test('closes for who does not prove the secret, and says nothing of it', async () => {
    const bench = await listening();
    const other = Uint8Array.from({ length: 32 }, () => 7);
    for (const first of [
      'not JSON',
      '[]',
      { type: 'answer', proof: `0x${'11'.repeat(32)}` },
      { type: 'hello', id: secretId(LOCAL_PURPOSE, other), nonce: localNonce() },
      { type: 'hello', id: secretId('another-purpose', readLocalSecret(bench.root) ?? other), nonce: localNonce() },
    ]) {
      const stranger = await new Stranger(bench.path).say(first);
      await stranger.closed;
      expect(stranger.heard).toEqual([]);
    }
    for (const change of [{ address: '/another/directory' }, { side: 'server' }, { nonce: localNonce() }] as const) {
      const stranger = await answered(bench, change);
      await stranger.closed;
      expect(stranger.heard).toHaveLength(1);
    }
    expect(bench.admitted).toHaveLength(0);
    const right = await answered(bench);
    await right.hears(2);
    expect(right.heard[1]).toMatchObject({ type: 'welcome' });
    expect(bench.admitted).toHaveLength(1);
  });

  test('closes for who speaks before it is asked', async () => {
    const bench = await listening();
    const secret = readLocalSecret(bench.root) ?? new Uint8Array(32);
    const stranger = new Stranger(bench.path);
    const hello = JSON.stringify({ type: 'hello', id: secretId(LOCAL_PURPOSE, secret), nonce: localNonce() });
    await new Promise((resolve) => stranger.socket.once('open', resolve));
    for (let count = 0; count < 5; count++) stranger.socket.send(hello);
    await stranger.closed;
    expect(bench.admitted).toHaveLength(0);
  });

  test('keeps room: so many strangers at a time, and no more', async () => {
    const bench = await listening();
    const opened = (): Promise<Stranger> =>
      new Promise((resolve) => {
        const stranger = new Stranger(bench.path);
        stranger.socket.once('open', () => resolve(stranger));
      });
    const strangers: Stranger[] = [];
    for (let count = 0; count < LOCAL_STRANGERS_MAX; count++) strangers.push(await opened());
    const more = await opened();
    await more.closed;
    expect(strangers.every(({ socket }) => socket.readyState === WebSocket.OPEN)).toBe(true);
    strangers[0]?.socket.terminate();
    await strangers[0]?.closed;
    // The place is free again once the door has seen that it went.
    for (;;) {
      const found = await findRunningNode(bench.root);
      if (found === null) continue;
      found.socket.terminate();
      break;
    }
    expect(bench.admitted).toHaveLength(1);
  });

  test('ends its connections when it closes', async () => {
    const bench = await listening();
    const found = await findRunningNode(bench.root);
    const idle = new Stranger(bench.path);
    await new Promise((resolve) => idle.socket.once('open', resolve));
    const closed = new Promise((resolve) => found?.socket.once('close', resolve));
    await bench.socket.close();
    await Promise.all([closed, idle.closed]);
  });
});

describe.skipIf(!isPosix)('what only pretends to be a node', () => {
  /** Answers each message as `reply` says. */
  async function pretending(reply: (message: Record<string, unknown>, socket: WebSocket) => void): Promise<string> {
    const root = dataDirectory();
    makeLocalSecret(root);
    const server: Server = createServer();
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => reply(JSON.parse(data.toString()) as Record<string, unknown>, socket)),
    );
    await new Promise<void>((resolve) => server.listen(join(root, 'node.sock'), resolve));
    onTestFinished(() => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    });
    return root;
  }

  test.each([
    ['without a proof', { type: 'challenge', nonce: `0x${'33'.repeat(32)}`, proof: `0x${'44'.repeat(32)}` }],
    ['that it refuses', { type: 'refused' }],
    ['that it welcomes', { type: 'welcome' }],
    ['anything else', { hello: 'you' }],
  ])('and says %s is told as such, and hears nothing more', async (_, answer) => {
    const heard: unknown[] = [];
    const root = await pretending((message, socket) => {
      heard.push(message);
      socket.send(JSON.stringify(answer));
    });
    await expect(findRunningNode(root)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: `what listens on ${join(root, 'node.sock')} is not the node of ${root}`,
    });
    expect(heard).toHaveLength(1);
  });

  test('and goes away is none', async () => {
    expect(await findRunningNode(await pretending((_, socket) => socket.terminate()))).toBeNull();
  });

  test('and knows the secret, but welcomes in no words of ours, is none', async () => {
    const root = await pretending((message, socket) => {
      if (message['type'] === 'answer') return socket.send(JSON.stringify({ type: 'welcome' }));
      const secret = readLocalSecret(root) ?? new Uint8Array(32);
      const serverNonce = localNonce();
      const terms = {
        purpose: LOCAL_PURPOSE,
        address: localAddress(root),
        id: String(message['id']),
        clientNonce: String(message['nonce']),
        serverNonce,
      };
      socket.send(JSON.stringify({ type: 'challenge', nonce: serverNonce, proof: proofOf(secret, 'server', terms) }));
    });
    expect(await findRunningNode(root)).toBeNull();
  });
});
