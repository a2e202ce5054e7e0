import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { CONSOLE_CONNECTIONS_MAX, SIGN_IN_LINKS_MAX } from '../../../../src/base/limits.ts';
import { BRIDGE_PURPOSE } from '../../../../src/api/bridge-handshake.ts';
import { encodeHex } from '../../../../src/base/bytes.ts';
import { proofOf, secretId } from '../../../../src/base/mutual-proof.ts';
import { LocalPage } from '../../../../src/node/doors/page/local-page.ts';
import { connectBridge, prove, tokenOf } from './bridge-client.ts';

interface Bench {
  readonly page: LocalPage;
  readonly port: number;
  readonly host: string;
  /** Connections that were let in. */
  readonly admitted: WebSocket[];
}

async function openPage(): Promise<Bench> {
  const directory = mkdtempSync(join(tmpdir(), 'quantum-lock-page-'));
  mkdirSync(join(directory, 'page', 'assets'), { recursive: true });
  writeFileSync(join(directory, 'page', 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(directory, 'secret.txt'), 'not for the page');
  const admitted: WebSocket[] = [];
  const page = new LocalPage({
    pageDirectory: join(directory, 'page'),
    onConnection: (socket) => {
      admitted.push(socket);
      socket.on('message', (data: Buffer) => socket.send(`heard ${data.toString()}`));
    },
  });
  await page.listen(0);
  onTestFinished(async () => {
    await page.close();
    rmSync(directory, { recursive: true });
  });
  return { page, port: page.port, host: new URL(page.origin).host, admitted };
}

/** Sends bytes as they are, which no HTTP client would. */
function send(port: number, lines: readonly string[], address = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, address, () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const get = ({ port, host }: Bench, target: string, address?: string): Promise<string> =>
  send(port, [`GET ${target} HTTP/1.1`, `Host: ${host}`, 'Connection: close'], address);

describe('a malformed address', () => {
  test.each(['/%E0%A4%A', '/%', '//', '//evil.example/', '/%00', '*', 'http://[', '/\\..\\..'])(
    '%s is answered, and the console goes on',
    async (target) => {
      const bench = await openPage();
      expect(await get(bench, target)).toMatch(/^HTTP\/1\.1 (200|400|404) /);
      expect(await get(bench, '/')).toContain('200 OK');
    },
  );

  test.each(['/%E0%A4%A', '//', 'http://['])('%s as a bridge is refused, and the console goes on', async (target) => {
    const bench = await openPage();
    const upgrade = [
      `GET ${target} HTTP/1.1`,
      `Host: ${bench.host}`,
      `Origin: http://${bench.host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ];
    expect(await send(bench.port, upgrade)).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(await get(bench, '/')).toContain('200 OK');
  });
});

test('nothing outside the page is served', async () => {
  const bench = await openPage();
  for (const target of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/..\\secret.txt',
  ]) {
    expect(await get(bench, target)).not.toContain('not for the page');
  }
});

describe('the name of the page', () => {
  test('is another at each start, and the page answers to it alone, on both loopback addresses', async () => {
    const [bench, other] = [await openPage(), await openPage()];
    expect(bench.page.origin).toMatch(/^http:\/\/[0-9a-f]{32}\.localhost:\d+$/);
    expect(new URL(other.page.origin).hostname).not.toBe(new URL(bench.page.origin).hostname);
    for (const address of ['127.0.0.1', '::1']) expect(await get(bench, '/', address)).toContain('<title>console');
    for (const host of [
      `evil.example:${bench.port}`,
      `x.localhost:${bench.port}`,
      `${bench.host}.evil.example`,
      bench.host.replace(/:\d+$/, ''),
      other.host,
      '',
    ]) {
      const answer = await send(bench.port, ['GET / HTTP/1.1', `Host: ${host}`, 'Connection: close']);
      expect(answer, host).toMatch(/^HTTP\/1\.1 421 /);
      expect(answer).not.toContain('<title>console');
    }
    const twice = ['GET / HTTP/1.1', `Host: ${bench.host}`, `Host: ${bench.host}`, 'Connection: close'];
    expect(await send(bench.port, twice)).not.toContain('<title>console');
  });

  test('is told to nobody: the address that all know has a page without a script, and without the name', async () => {
    const bench = await openPage();
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const answer = await send(bench.port, ['GET / HTTP/1.1', `Host: ${name}:${bench.port}`]);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      expect(answer).toContain('npx dm console --link');
      expect(answer).not.toMatch(/<script|set-cookie/i);
      expect(answer).not.toContain(bench.host);
      expect(answer).toMatch(/clear-site-data: "cache", "storage"/i);
    }
    for (const target of ['/bridge', '/index.html', '/signed-in', '/x'])
      expect(await send(bench.port, [`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${bench.port}`])).toContain(' 404 ');
    // A machine without IPv6 aside, nobody can listen beside it where browsers ask first.
    await expect(
      new Promise((resolve, reject) => {
        const squatter = new WebSocketServer({ host: '::1', port: bench.port });
        onTestFinished(() => squatter.close());
        squatter.once('listening', resolve).once('error', reject);
      }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the bridge', () => {
  const refused = async (bench: Bench, headers: Readonly<Record<string, string>>): Promise<boolean> =>
    (await connectBridge(bench.page.origin, headers)) === null;

  test('opens for the origin of the page alone', async () => {
    const bench = await openPage();
    const { origin } = bench.page;
    expect(await refused(bench, { origin })).toBe(false);
    expect(await refused(bench, {})).toBe(true);
    for (const other of ['null', `http://127.0.0.1:${bench.port}`, `http://localhost:${bench.port}`, `${origin}0`])
      expect(await refused(bench, { origin: other }), other).toBe(true);
    const publicHost = `127.0.0.1:${bench.port}`;
    expect(await refused(bench, { origin, host: publicHost })).toBe(true);
    expect(await refused(bench, { origin: `http://${publicHost}`, host: publicHost })).toBe(true);
    expect(bench.admitted).toEqual([]);
  });

  const open = async ({ page }: Bench): Promise<WebSocket> => {
    const socket = await connectBridge(page.origin);
    if (socket === null) throw new Error('it is closed');
    return socket;
  };
  const closed = (socket: WebSocket): Promise<void> =>
    new Promise((resolve) => {
      if (socket.readyState === WebSocket.CLOSED) resolve();
      socket.once('close', () => resolve());
    });

  test('takes a token once, for a session that neither end sends', async () => {
    const bench = await openPage();
    const { origin } = bench.page;
    const token = tokenOf(bench.page.makeLink());
    const seen: string[] = [];
    const socket = await open(bench);
    socket.on('message', (data: Buffer) => seen.push(data.toString()));
    const first = await prove(socket, token, origin);
    if (first.outcome !== 'welcome') throw new Error(first.outcome);
    for (const secret of [token, first.derived]) expect(seen.join('\n')).not.toContain(encodeHex(secret).slice(2));
    const answered = new Promise((resolve) => socket.once('message', (data: Buffer) => resolve(data.toString())));
    socket.send('a call');
    expect(await answered).toBe('heard a call');

    expect(await prove(await open(bench), token, origin)).toEqual({ outcome: 'refused' });
    expect(await prove(await open(bench), first.derived, origin)).toMatchObject({ outcome: 'welcome' });
    expect(await prove(await open(bench), first.derived, origin)).toMatchObject({ outcome: 'welcome' });
    expect(
      await prove(
        await open(bench),
        token.map((byte) => byte ^ 1),
        origin,
      ),
    ).toEqual({ outcome: 'refused' });
  });

  test('takes a token once, though two browsers prove it at the same time', async () => {
    const bench = await openPage();
    const token = tokenOf(bench.page.makeLink());
    const sockets = await Promise.all(Array.from({ length: 8 }, () => open(bench)));
    const outcomes = await Promise.all(sockets.map((socket) => prove(socket, token, bench.page.origin)));
    expect(outcomes.filter(({ outcome }) => outcome === 'welcome')).toHaveLength(1);
    expect(bench.admitted).toHaveLength(1);
  });

  test('keeps the newest links good, and the oldest no longer', async () => {
    const bench = await openPage();
    const links = Array.from({ length: SIGN_IN_LINKS_MAX + 1 }, () => tokenOf(bench.page.makeLink()));
    expect(new Set(links.map(encodeHex)).size).toBe(links.length);
    const outcomes: string[] = [];
    for (const token of links) outcomes.push((await prove(await open(bench), token, bench.page.origin)).outcome);
    expect(outcomes).toEqual(['refused', ...links.slice(1).map(() => 'welcome')]);
  });

  test.each([
    ['nothing that it knows', '"hello"'],
    ['no JSON', '\0'],
    ['a call of the contract', JSON.stringify({ i: 1, p: { u: '/operator/host' } })],
    ['an answer before the question', JSON.stringify({ type: 'answer', proof: `0x${'00'.repeat(32)}` })],
  ])('closes to %s', async (_, message) => {
    const bench = await openPage();
    const socket = await open(bench);
    socket.send(message);
    await closed(socket);
    expect(bench.admitted).toEqual([]);
  });

  test('closes to a proof that is wrong, of the other side, of another connection or another origin', async () => {
    const bench = await openPage();
    const { origin } = bench.page;
    const token = tokenOf(bench.page.makeLink());
    const id = secretId(BRIDGE_PURPOSE, token);
    const clientNonce = encodeHex(new Uint8Array(32));
    const challenge = async (): Promise<{ socket: WebSocket; nonce: string; proof: string }> => {
      const socket = await open(bench);
      const heard = new Promise<string>((resolve) =>
        socket.once('message', (data: Buffer) => resolve(data.toString())),
      );
      socket.send(JSON.stringify({ type: 'hello', id, nonce: clientNonce }));
      return { socket, ...(JSON.parse(await heard) as { nonce: string; proof: string }) };
    };
    const earlier = await challenge();
    const terms = { purpose: BRIDGE_PURPOSE, address: origin, id, clientNonce, serverNonce: '' };
    const wrong = (serverNonce: string, theirs: string): readonly string[] => [
      `0x${'00'.repeat(32)}`,
      theirs,
      proofOf(token, 'client', { ...terms, serverNonce: earlier.nonce }),
      proofOf(token, 'client', { ...terms, serverNonce, address: `http://127.0.0.1:${bench.port}` }),
      proofOf(token, 'client', { ...terms, serverNonce, purpose: 'local-socket' }),
    ];
    for (let index = 0; index < 5; index++) {
      const { socket, nonce, proof } = await challenge();
      socket.send(JSON.stringify({ type: 'answer', proof: wrong(nonce, proof)[index] }));
      await closed(socket);
    }
    expect(bench.admitted).toEqual([]);
    // The token is as good as before.
    expect(await prove(await open(bench), token, origin)).toMatchObject({ outcome: 'welcome' });
  });

  test('is not believed by a page where it does not know the secret', async () => {
    // Somebody who took the port over, and answers whatever is asked.
    const squatter = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => squatter.close());
    const heard: string[] = [];
    squatter.on('connection', (socket) => {
      socket.on('message', (data: Buffer) => {
        heard.push(data.toString());
        socket.send(
          JSON.stringify({ type: 'challenge', nonce: `0x${'11'.repeat(32)}`, proof: `0x${'22'.repeat(32)}` }),
        );
      });
    });
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as { port: number };
    const secret = new Uint8Array(32).fill(9);
    const socket = await connectBridge(`http://abc.localhost:${port}`);
    if (socket === null) throw new Error('it is closed');
    expect(await prove(socket, secret, `http://abc.localhost:${port}`)).toEqual({ outcome: 'impostor' });
    expect(heard).toHaveLength(1);
    expect(heard.join()).not.toContain(encodeHex(secret).slice(2));
    socket.terminate();
  });

  test('lets no more pages in than it has room for', async () => {
    const bench = await openPage();
    const session = await prove(await open(bench), tokenOf(bench.page.makeLink()), bench.page.origin);
    if (session.outcome !== 'welcome') throw new Error(session.outcome);
    for (let count = 1; count < CONSOLE_CONNECTIONS_MAX; count++)
      await prove(await open(bench), session.derived, bench.page.origin);
    const late = await open(bench);
    await prove(late, session.derived, bench.page.origin);
    await closed(late);
    expect(bench.admitted).toHaveLength(CONSOLE_CONNECTIONS_MAX);
    bench.admitted[0]?.terminate();
    await closed(bench.admitted[0] ?? late);
    const next = await open(bench);
    await prove(next, session.derived, bench.page.origin);
    expect(next.readyState).toBe(WebSocket.OPEN);
  });
});
