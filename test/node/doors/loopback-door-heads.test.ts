import { channel } from 'node:diagnostics_channel';
import { connect, type Socket } from 'node:net';

import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { DOOR_HEAD_SIZE_BYTES_MAX } from '../../../src/base/limits.ts';
import { LoopbackDoor } from '../../../src/node/doors/loopback-door.ts';

/** How much of a head the door reads, seen from its own end: what is written at the other may come in one part. */

const NAME = 'a-name-that-nobody-guesses.localhost';

/** No test takes so long. */
const NEVER_MS = 3_600_000;

/** Both ends of one connection. */
interface Line {
  readonly far: Socket;
  readonly near: Socket;
  /** Resolves with what was answered, once it is all there. */
  readonly answer: Promise<string>;
}

let door: LoopbackDoor;

beforeEach(async () => {
  door = new LoopbackDoor({
    isOwnHost: (host) => host === `${NAME}:${door.port}`,
    respond: (request, response) => {
      if (request.url === '/ended') request.socket.end();
      else response.writeHead(200, { connection: 'close' }).end('the page');
    },
    respondToStranger: (_, response) => response.writeHead(421).end('no'),
    strangerTimeoutMs: NEVER_MS,
  });
  await door.listen(0);
  return () => door.close();
});

/** `allowHalfOpen`: the far end does not end because the near one has. */
async function open(allowHalfOpen = false): Promise<Line> {
  const opened = channel('net.server.socket');
  const met = new Promise<Socket>((resolve) => {
    const onSocket = (message: unknown): void => {
      opened.unsubscribe(onSocket);
      resolve((message as { readonly socket: Socket }).socket);
    };
    opened.subscribe(onSocket);
  });
  const far = connect({ port: door.port, host: '127.0.0.1', allowHalfOpen });
  onTestFinished(() => void far.destroy());
  const answer = new Promise<string>((resolve) => {
    let text = '';
    far.on('error', () => undefined).on('data', (part) => (text += part.toString('latin1')));
    far.on('close', () => resolve(text));
  });
  return { far, near: await met, answer };
}

/** Resolves once the door has read `size` bytes. */
const hasRead = (near: Socket, size: number): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (near.bytesRead < size) return;
      near.off('data', look);
      resolve();
    };
    near.on('data', look);
    look();
  });

const request = (): string => `GET / HTTP/1.1\r\nHost: ${NAME}:${door.port}\r\n\r\n`;

describe('the head of a request', () => {
  test('is read in as many parts as it comes in, wherever it is cut', async () => {
    const bytes = request();
    for (const cuts of [[1], [bytes.indexOf('Host') + 2], [bytes.indexOf(NAME) + 3, bytes.length - 2], [3, 7, 30]]) {
      const { far, near, answer } = await open();
      let from = 0;
      for (const cut of cuts) {
        far.write(bytes.slice(from, cut));
        await hasRead(near, cut);
        from = cut;
      }
      far.write(bytes.slice(from));
      expect(await answer, cuts.join()).toMatch(/^HTTP\/1\.1 200[\s\S]*the page/);
    }
  });

  test('is waited for up to sixteen KiB, and no byte more', async () => {
    const longest = 'GET / HTTP/1.1\r\nX: '.padEnd(DOOR_HEAD_SIZE_BYTES_MAX, 'x');
    const whole = await open();
    whole.far.write(longest);
    await hasRead(whole.near, longest.length);
    expect(whole.near.destroyed).toBe(false);
    whole.far.write('x');
    expect(await whole.answer).toBe('');
  });

  test('that breaks off ends its connection, and nothing else', async () => {
    for (const said of ['', 'GET / HT', `${request().slice(0, -2)}`]) {
      const { far, near, answer } = await open();
      far.write(said);
      await hasRead(near, said.length);
      expect(() => near.emit('error', new Error('a reset'))).not.toThrow();
      expect(await answer).toBe('');
    }
    const { far, answer } = await open();
    far.write(request());
    expect(await answer).toMatch(/the page/);
  });
});

test('what is no request closes a connection that has been answered to its end', async () => {
  const { far, near } = await open(true);
  const closed = new Promise<void>((resolve) => near.once('close', () => resolve()));
  const answered = new Promise<void>((resolve) => far.once('end', () => resolve()));
  far.write(request().replace('GET /', 'GET /ended'));
  await answered;
  // This half is still open, and nobody would end it.
  far.write('neither a request nor anything else\r\n\r\n');
  await closed;
});
