import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';

import { BRIDGE_PURPOSE } from '../../../../src/api/bridge-handshake.ts';
import { encodeHex } from '../../../../src/base/bytes.ts';
import { DOOR_ADMITTED_MAX } from '../../../../src/base/limits.ts';
import { secretId } from '../../../../src/base/mutual-proof.ts';
import { LocalPage } from '../../../../src/node/doors/page/local-page.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';
import { connectBridge, prove, tokenOf } from './bridge-client.ts';

/** What a page hears where it is not let in, and how long one stays that was. */

interface Bench {
  readonly page: LocalPage;
  readonly host: string;
  /** Connections that were let in. */
  readonly admitted: WebSocket[];
  open(): Promise<WebSocket>;
  signIn(): Promise<WebSocket>;
}

async function openPage(): Promise<Bench> {
  const pageDirectory = join(temporaryDirectory(), 'page');
  mkdirSync(pageDirectory);
  writeFileSync(join(pageDirectory, 'index.html'), '<!doctype html><title>console</title>');
  const admitted: WebSocket[] = [];
  const page = new LocalPage({
    pageDirectory,
    onConnection: (socket) => {
      admitted.push(socket);
      socket.on('message', (data: Buffer) => socket.send(`heard ${data.toString()}`));
    },
  });
  await page.listen(0);
  onTestFinished(() => page.close());
  const open: Bench['open'] = async () => {
    const socket = await connectBridge(page.origin);
    if (socket === null) throw new Error('it is closed');
    onTestFinished(() => socket.terminate());
    return socket;
  };
  const signIn: Bench['signIn'] = async () => {
    const socket = await open();
    expect(await prove(socket, tokenOf(page.makeLink()), page.origin)).toMatchObject({ outcome: 'welcome' });
    return socket;
  };
  return { page, host: new URL(page.origin).host, admitted, open, signIn };
}

const closed = (socket: WebSocket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) resolve();
    socket.once('close', () => resolve());
  });

const echo = (socket: WebSocket, text: string): Promise<string> =>
  new Promise((resolve) => {
    socket.once('message', (data: Buffer) => resolve(data.toString()));
    socket.send(text);
  });

describe('a page that does not prove what it claims', () => {
  /** Claims a good token, answers `answer`, and gives the kinds of all that it heard. */
  async function heardAfter({ page, open }: Bench, answer: string): Promise<readonly string[]> {
    const socket = await open();
    const heard: string[] = [];
    const challenged = new Promise<void>((resolve) =>
      socket.on('message', (data: Buffer) => {
        heard.push((JSON.parse(data.toString()) as { readonly type: string }).type);
        resolve();
      }),
    );
    const id = secretId(BRIDGE_PURPOSE, tokenOf(page.makeLink()));
    socket.send(JSON.stringify({ type: 'hello', id, nonce: encodeHex(new Uint8Array(32)) }));
    await challenged;
    socket.send(answer);
    await closed(socket);
    return heard;
  }

  test('is told that it was refused, and closed', async () => {
    const bench = await openPage();
    const wrong = JSON.stringify({ type: 'answer', proof: `0x${'00'.repeat(32)}` });
    expect(await heardAfter(bench, wrong)).toEqual(['challenge', 'refused']);
    expect(bench.admitted).toEqual([]);
  });

  test.each(['', 'no JSON', '{}', '{"type":"answer"}', '{"type":"answer","proof":"0x00"}', '{"type":"hello"}'])(
    'is closed without a word where it does not speak the protocol: %j',
    async (answer) => {
      const bench = await openPage();
      expect(await heardAfter(bench, answer)).toEqual(['challenge']);
      expect(bench.admitted).toEqual([]);
    },
  );
});

describe('a page that was let in', () => {
  test('stays, however many connections know the name of the page', async () => {
    const bench = await openPage();
    const socket = await bench.signIn();
    /** Asked once, and then silent: it stays open until there are too many. */
    const visitor = (): Promise<{ readonly closed: Promise<void> }> =>
      new Promise((resolve, reject) => {
        const line = connect(bench.page.port, '127.0.0.1', () =>
          line.write(`GET /none HTTP/1.1\r\nHost: ${bench.host}\r\n\r\nGET /`),
        );
        onTestFinished(() => void line.destroy());
        const gone = new Promise<void>((done) => line.on('close', () => done()));
        line.once('data', () => resolve({ closed: gone })).on('error', reject);
      });
    const first = await visitor();
    for (let count = 0; count < DOOR_ADMITTED_MAX; count++) await visitor();
    await first.closed;
    expect(await echo(socket, 'still here')).toBe('heard still here');
  });

  test('ends with its connection where that fails, and nothing else does', async () => {
    const bench = await openPage();
    const [failing, other] = [await bench.signIn(), await bench.signIn()];
    expect(() => bench.admitted[0]?.emit('error', new Error('no message of this protocol'))).not.toThrow();
    await closed(failing);
    expect(await echo(other, 'a call')).toBe('heard a call');
  });

  test('says no more than a MiB at a time', async () => {
    const bench = await openPage();
    const socket = await bench.signIn();
    const longest = 'x'.repeat(1024 * 1024);
    expect(await echo(socket, longest)).toBe(`heard ${longest}`);
    socket.on('error', () => undefined).send(`${longest}x`);
    await closed(socket);
    expect(await echo(await bench.signIn(), 'a call')).toBe('heard a call');
  });
});
