import { request as httpRequest } from 'node:http';
import { connect, createServer } from 'node:net';

import { describe, expect, onTestFinished, test } from 'vitest';

import { DOOR_ADMITTED_MAX } from '../../../src/base/limits.ts';
import { LoopbackDoor } from '../../../src/node/doors/loopback-door.ts';
import { LoopbackListener } from '../../../src/node/doors/loopback-listener.ts';
import { FLOOD, startStranger } from './stranger.ts';

const NAME = 'a-name-that-nobody-guesses.localhost';

/** No test takes so long: what ends before did so for another reason. */
const NEVER_MS = 3_600_000;

interface Bench {
  readonly door: LoopbackDoor;
  readonly host: string;
  /** Status and body of a request on a connection of its own. */
  ask(host?: string): Promise<string>;
}

async function openDoor(
  options: { readonly strangersMax?: number; readonly strangerTimeoutMs?: number } = {},
): Promise<Bench> {
  const door = new LoopbackDoor({
    isOwnHost: (host) => host === `${NAME}:${door.port}`,
    respond: (_, response) => response.end('the page'),
    respondToStranger: (_, response) => response.writeHead(421).end('no'),
    ...options,
  });
  await door.listen(0);
  onTestFinished(() => door.close());
  const host = `${NAME}:${door.port}`;
  const ask: Bench['ask'] = (asked = host) =>
    new Promise((resolve) => {
      const request = httpRequest(
        { host: '127.0.0.1', port: door.port, agent: false, headers: { host: asked } },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.on('end', () => resolve(`${response.statusCode ?? 0} ${text}`));
        },
      );
      request.on('error', (error) => resolve(error.message)).end();
    });
  return { door, host, ask };
}

function ended(port: number, bytes: string): Promise<'ended'> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket
      .on('error', () => undefined)
      .on('data', () => undefined)
      .on('close', () => resolve('ended'));
  });
}

describe('a flood by another user', () => {
  test.each(['silent', 'half', 'endless', 'public', 'guess'])(
    'of %s connections keeps nobody out',
    async (mode) => {
      const { door, ask } = await openDoor();
      const kept = await openKept(door.port);
      const flood = startStranger(FLOOD, [String(door.port), '1500', mode]);
      onTestFinished(() => flood.end());
      await flood.line(/holding/);
      const answers: string[] = [];
      for (let count = 0; count < 20; count++) answers.push(await ask());
      expect(answers).toEqual(answers.map(() => '200 the page'));
      // Who was in before is not thrown out.
      expect(await kept.again()).toContain('the page');
    },
    60_000,
  );

  /** A connection that stays, as a browser's does. */
  async function openKept(port: number): Promise<{ again: () => Promise<string> }> {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const again = (): Promise<string> =>
      new Promise((resolve, reject) => {
        socket.once('data', (data) => resolve(data.toString()));
        socket.once('close', () => reject(new Error('it was closed')));
        socket.write(`GET / HTTP/1.1\r\nHost: ${NAME}:${port}\r\n\r\n`);
      });
    await again();
    return { again };
  }
});

describe('a stranger', () => {
  test('has little time, whatever it says', async () => {
    const { door } = await openDoor({ strangerTimeoutMs: 50 });
    for (const bytes of [
      '',
      'G',
      'GET / HTTP/1.1\r\nHost: x',
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\n\r\n`,
    ])
      expect(await ended(door.port, bytes)).toBe('ended');
  });

  test('makes room for the next where there are too many', async () => {
    const { door, ask } = await openDoor({ strangersMax: 2, strangerTimeoutMs: NEVER_MS });
    const first = ended(door.port, 'GET');
    expect(await ask()).toBe('200 the page');
    const others = [ended(door.port, 'GET'), ended(door.port, 'GET')];
    expect(await first).toBe('ended');
    expect(await ask('x.localhost')).toBe('421 no');
    await door.close();
    await Promise.all(others);
  });

  test('is closed for a head that is too long, or ends', async () => {
    const { door, ask } = await openDoor({ strangerTimeoutMs: NEVER_MS });
    expect(await ended(door.port, `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`)).toBe('ended');
    const half = connect(door.port, '127.0.0.1', () => half.end('GET / HT'));
    await new Promise((resolve) => half.on('close', resolve));
    expect(await ask()).toBe('200 the page');
  });
});

test('a request by another name on a connection that was let in gets nothing', async () => {
  const { door, host } = await openDoor();
  const socket = connect(door.port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.on('close', resolve));
  let answer = '';
  socket.on('data', (data) => (answer += data.toString()));
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\nGET / HTTP/1.1\r\nHost: evil.example\r\n\r\n`);
  await closed;
  expect(answer).toMatch(/200 OK[\s\S]*the page[\s\S]*421/);
  expect(answer.match(/the page/g)).toHaveLength(1);
});

test('those who know the name have room for many, and the oldest makes room', async () => {
  const { door, host, ask } = await openDoor();
  const open = (): Promise<{ closed: Promise<unknown> }> =>
    new Promise((resolve) => {
      const socket = connect(door.port, '127.0.0.1', () => socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
      const closed = new Promise((done) => socket.on('close', done));
      socket.on('error', () => undefined).once('data', () => resolve({ closed }));
    });
  const first = await open();
  for (let count = 1; count <= DOOR_ADMITTED_MAX; count++) await open();
  await first.closed;
  expect(await ask()).toBe('200 the page');
});

describe('the port', () => {
  test('is taken on both addresses that *.localhost means, or not at all', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '::1', resolve));
    onTestFinished(() => void squatter.close());
    const { port } = squatter.address() as { port: number };
    const listener = new LoopbackListener((socket) => socket.destroy());
    await expect(listener.listen(port)).rejects.toMatchObject({ code: 'SYSTEM_DEPENDENCY' });
    // What was taken of it is free again.
    const other = createServer();
    await new Promise<void>((resolve, reject) => other.once('error', reject).listen(port, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => void other.close(() => resolve()));
    const free = await listener.listen(0);
    onTestFinished(() => listener.close());
    for (const address of ['127.0.0.1', '::1']) {
      const third = createServer();
      await expect(
        new Promise((resolve, reject) => third.once('error', reject).listen(free, address, () => resolve(null))),
      ).rejects.toMatchObject({ code: 'EADDRINUSE' });
    }
  });
});
