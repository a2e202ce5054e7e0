import { request as httpRequest } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { describe, expect, onTestFinished, test } from 'vitest';

import { DOOR_ADMITTED_MAX, DOOR_HEAD_SIZE_BYTES_MAX, DOOR_STRANGERS_ANSWERED_MAX } from '../../../src/base/limits.ts';
import { LoopbackDoor, type LoopbackDoorOptions } from '../../../src/node/doors/loopback-door.ts';
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

async function openDoor(options: Partial<LoopbackDoorOptions> = {}): Promise<Bench> {
  const door: LoopbackDoor = new LoopbackDoor({
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

/** As above, where no stranger is closed for its time. */
function openDoorWith(options: Partial<LoopbackDoorOptions>): Promise<Bench> {
  return openDoor({ strangerTimeoutMs: NEVER_MS, ...options });
}

/** A connection, and what was heard on it. */
class Line {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #text = '';
  #onText: () => void = () => undefined;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.closed = new Promise((resolve) => this.socket.on('error', () => undefined).on('close', () => resolve()));
    this.socket.on('data', (part) => {
      this.#text += part.toString('latin1');
      this.#onText();
    });
    onTestFinished(() => void this.socket.destroy());
  }

  get text(): string {
    return this.#text;
  }

  say(bytes: string): this {
    this.socket.write(bytes);
    return this;
  }

  hears(wanted: RegExp): Promise<void> {
    return new Promise((resolve) => {
      this.#onText = () => {
        if (wanted.test(this.#text)) resolve();
      };
      this.#onText();
    });
  }
}

const requestTo = (...hosts: readonly string[]): string =>
  `GET / HTTP/1.1\r\n${hosts.map((host) => `Host: ${host}\r\n`).join('')}\r\n`;

/** Resolves once the other side has read what was written. */
const written = (socket: Socket, bytes: string): Promise<void> =>
  new Promise((resolve) => void socket.write(bytes, () => setImmediate(resolve)));

describe('a flood by another user', () => {
  test.each(['silent', 'half', 'endless', 'public', 'guess'])(
    'of %s connections keeps nobody out',
    async (mode) => {
      let finish = (): void => undefined;
      const { door, host, ask } = await openDoor({
        respond: (request, response) => {
          if (request.url !== '/held') return void response.end('the page');
          response.write('a part');
          finish = () => void response.end('the rest');
        },
      });
      // It is at work, and so not closed for being idle however long the flood takes to begin.
      const kept = new Line(door.port).say(requestTo(host).replace('GET /', 'GET /held'));
      await kept.hears(/a part/);
      const flood = startStranger(FLOOD, [String(door.port), '1500', mode]);
      onTestFinished(() => flood.end());
      await flood.line(/holding/);
      const answers: string[] = [];
      for (let count = 0; count < 20; count++) answers.push(await ask());
      expect(answers).toEqual(answers.map(() => '200 the page'));
      // Who was in before is not thrown out.
      finish();
      await kept.hears(/the rest/);
    },
    60_000,
  );
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

describe('a request', () => {
  test('may come in parts, wherever it is cut', async () => {
    const { door, host } = await openDoorWith({});
    const bytes = requestTo(host);
    for (const cut of [1, bytes.indexOf('Host') + 2, bytes.indexOf(NAME) + 3, bytes.length - 2]) {
      const line = new Line(door.port);
      await written(line.socket, bytes.slice(0, cut));
      line.say(bytes.slice(cut));
      await line.hears(/200 OK[\s\S]*the page/);
      line.socket.destroy();
    }
  });

  test('has a head of sixteen KiB at most, to the byte', async () => {
    const { door } = await openDoorWith({});
    const start = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\nX: `;
    const longest = start + 'x'.repeat(DOOR_HEAD_SIZE_BYTES_MAX - start.length);
    const answered = new Line(door.port);
    await written(answered.socket, longest);
    answered.say('\r\n\r\n');
    await answered.hears(/^HTTP\/1\.1 4/);
    const closed = new Line(door.port).say(`${longest}x`);
    await closed.closed;
    expect(closed.text).toBe('');
  });

  test('that is none is told so, and ends', async () => {
    const { door, host } = await openDoorWith({});
    const line = new Line(door.port).say(`${requestTo(host)}neither a request nor anything else\r\n\r\n`);
    await line.closed;
    expect(line.text).toMatch(/200 OK[\s\S]*the page[\s\S]*400 Bad Request[\s\S]*Connection: close/);
  });

  test('by a stranger is the last on its connection', async () => {
    const { door } = await openDoorWith({});
    const line = new Line(door.port).say(requestTo(`127.0.0.1:${door.port}`));
    await line.closed;
    expect(line.text).toMatch(/^HTTP\/1\.1 421[\s\S]*connection: close/i);
  });

  test('is of a stranger where it names two hosts, whichever they are', async () => {
    const { door, host } = await openDoorWith({
      strangerTimeoutMs: 50,
      // It is left waiting: only a stranger's connection ends by itself.
      respond: () => undefined,
      respondToStranger: () => undefined,
    });
    for (const hosts of [[host, host], [host, 'x.localhost'], ['x.localhost', host], [], [`127.0.0.1:${door.port}`]])
      await new Line(door.port).say(requestTo(...hosts)).closed;
    const own = new Line(door.port).say(requestTo(host));
    await new Line(door.port).closed;
    expect(own.socket.destroyed).toBe(false);
  });

  test('that breaks off ends nothing but itself', async () => {
    const { door, host } = await openDoorWith({ respond: () => undefined });
    for (const bytes of ['GET / HT', requestTo(`127.0.0.1:${door.port}`), requestTo(host)]) {
      const line = new Line(door.port);
      await written(line.socket, bytes);
      line.socket.resetAndDestroy();
      await line.closed;
    }
    const line = new Line(door.port).say(requestTo('x.localhost'));
    await line.hears(/421/);
  });
});

test('so many strangers are answered at a time, and no more', async () => {
  let answered = 0;
  const reached = Promise.withResolvers<void>();
  const { door, host } = await openDoorWith({
    respondToStranger: () => {
      answered += 1;
      if (answered === DOOR_STRANGERS_ANSWERED_MAX) reached.resolve();
    },
  });
  const stranger = (): Line => new Line(door.port).say(requestTo(`127.0.0.1:${door.port}`));
  for (let count = 0; count < DOOR_STRANGERS_ANSWERED_MAX; count++) stranger();
  await reached.promise;
  const [first, second] = [stranger(), stranger()];
  // Whoever knows the name is heard after them.
  await new Line(door.port).say(requestTo(host)).hears(/the page/);
  expect(answered).toBe(DOOR_STRANGERS_ANSWERED_MAX);
  expect([first.text, second.text]).toEqual(['', '']);
});

describe('a connection that stays', () => {
  /** Answers a part, and never the rest. */
  const hold: LoopbackDoorOptions['respond'] = (_, response) => void response.write('the page');

  test('makes room for others that know the name, unless it is kept', async () => {
    const kept = Promise.withResolvers<Duplex>();
    const { door, host } = await openDoorWith({
      respond: (request, response) => {
        if (request.url === '/kept') {
          door.keep(request.socket);
          kept.resolve(request.socket);
        }
        void response.write('the page');
      },
    });
    const open = async (path: string): Promise<Line> => {
      const line = new Line(door.port).say(requestTo(host).replace('GET /', `GET ${path}`));
      await line.hears(/the page/);
      return line;
    };
    const lasting = await open('/kept');
    const first = await open('/');
    for (let count = 0; count < DOOR_ADMITTED_MAX; count++) await open('/');
    await first.closed;
    expect(lasting.socket.destroyed).toBe(false);
    // Until the door is closed.
    await door.close();
    await lasting.closed;
    expect((await kept.promise).destroyed).toBe(true);
  });

  test('ends with the door, whoever holds it, and its port is free', async () => {
    const { door, host } = await openDoorWith({ respond: hold });
    const lines = [new Line(door.port).say(requestTo(host)), new Line(door.port).say('GET')];
    await lines[0]?.hears(/the page/);
    const { port } = door;
    await door.close();
    await Promise.all(lines.map(({ closed }) => closed));
    const { door: next } = await openDoorWith({});
    await next.close();
    const listener = new LoopbackListener((socket) => socket.destroy());
    expect(await listener.listen(port)).toBe(port);
    await listener.close();
  });
});

describe('an upgrade', () => {
  const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  const upgradeTo = (host: string): string => requestTo(host).replace(/\r\n$/, UPGRADE);

  test('is taken by the name alone', async () => {
    const taken: (string | undefined)[] = [];
    const { door, host } = await openDoorWith({
      upgrade: (request, socket) => {
        taken.push(request.headers.host);
        socket.end('taken');
      },
    });
    const own = new Line(door.port).say(upgradeTo(host));
    await own.closed;
    expect(own.text).toBe('taken');
    const other = new Line(door.port).say(upgradeTo(`127.0.0.1:${door.port}`));
    await other.closed;
    expect(other.text).toMatch(/^HTTP\/1\.1 421 Misdirected Request\r\nConnection: close/);
    expect(taken).toEqual([host]);
  });

  test('is refused where there is nothing to upgrade to', async () => {
    const { door, host } = await openDoorWith({});
    const line = new Line(door.port).say(upgradeTo(host));
    await line.closed;
    expect(line.text).toMatch(/^HTTP\/1\.1 421/);
  });

  test('that fails ends its connection, and nothing else', async () => {
    const failed = Promise.withResolvers<Duplex>();
    const { door, host } = await openDoorWith({
      upgrade: (_, socket) => {
        socket.emit('error', new Error('a reset'));
        failed.resolve(socket);
      },
    });
    const line = new Line(door.port).say(upgradeTo(host));
    expect((await failed.promise).destroyed).toBe(true);
    await line.closed;
    await new Line(door.port).say(requestTo(host)).hears(/the page/);
  });
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
