import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LocalPage } from '../../../src/node/host/local-page.ts';

async function openPage(): Promise<{ readonly page: LocalPage; readonly port: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'quantum-lock-page-'));
  mkdirSync(join(directory, 'page', 'assets'), { recursive: true });
  writeFileSync(join(directory, 'page', 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(directory, 'secret.txt'), 'not for the page');
  const page = new LocalPage({
    pageDirectory: join(directory, 'page'),
    port: 0,
    onConnection: (socket) => socket.close(),
    onTokenUsed: () => undefined,
  });
  await page.listen();
  onTestFinished(async () => {
    await page.close();
    rmSync(directory, { recursive: true });
  });
  return { page, port: Number(new URL(page.origin).port) };
}

/** Sends bytes as they are, which no HTTP client would. */
function send(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const get = (port: number, target: string): Promise<string> =>
  send(port, [`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close']);

describe('a malformed address', () => {
  test.each(['/%E0%A4%A', '/%', '//', '//evil.example/', '/%00', '*', 'http://[', '/\\..\\..'])(
    '%s is answered, and the console goes on',
    async (target) => {
      const { port } = await openPage();
      expect(await get(port, target)).toMatch(/^HTTP\/1\.1 (200|400|404) /);
      expect(await get(port, '/')).toContain('200 OK');
    },
  );

  test.each(['/%E0%A4%A', '//', 'http://['])('%s as a bridge is refused, and the console goes on', async (target) => {
    const { port } = await openPage();
    const upgrade = [
      `GET ${target} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      `Origin: http://127.0.0.1:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ];
    expect(await send(port, upgrade)).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(await get(port, '/')).toContain('200 OK');
  });
});

test('nothing outside the page is served', async () => {
  const { port } = await openPage();
  for (const target of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/..\\secret.txt',
  ]) {
    expect(await get(port, target)).not.toContain('not for the page');
  }
});

test('the address works once, for a cookie that no script reads', async () => {
  const { page, port } = await openPage();
  const { pathname, search } = new URL(page.address());
  const first = await get(port, pathname + search);
  expect(first).toMatch(/^HTTP\/1\.1 303 /);
  expect(first).toMatch(/Set-Cookie: [^\r]*; HttpOnly; SameSite=Strict/);
  expect(await get(port, pathname + search)).toMatch(/^HTTP\/1\.1 403 /);
  expect(page.address()).not.toContain(search);
});
