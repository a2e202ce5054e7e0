import { join } from 'node:path';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { connectBridge, prove, signIn } from '../node/doors/page/bridge-client.ts';
import { FLOOD, startStranger, type Stranger } from '../node/doors/stranger.ts';
import { launchChromium } from './chromium.ts';
import {
  createAccount,
  openDesk,
  runDm,
  sessionOf,
  startRealConsole,
  temporaryDirectory,
  type RealConsole,
} from './real-console.ts';

/** Another user of this machine, and the operator's real browser, which any web site can send to that user's port. */

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/**
 * Listens on a port, serves a page to whoever comes, and prints everything that it was sent: addresses, headers, bodies and
 * messages. On a bridge it answers as if it were the console.
 */
const THIEF = `
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
const [address, port, body] = process.argv.slice(1);
const server = createServer((request, response) => {
  let sent = '';
  request.on('data', (part) => (sent += part)).on('end', () => {
    console.log(JSON.stringify({ uid: process.getuid?.(), url: request.url, headers: request.headers, sent }));
    const type = request.url === '/sw.js' ? 'text/javascript' : 'text/html';
    response.writeHead(200, { 'content-type': type, 'set-cookie': ['quantum_lock_session=shadow; Path=/; Max-Age=31536000', 'session=shadow; Path=/bridge'] }).end(request.url === '/sw.js' ? WORKER : body);
  });
});
const WORKER = "addEventListener('install', () => skipWaiting()); addEventListener('activate', (event) => event.waitUntil(clients.claim())); addEventListener('fetch', (event) => { if (event.request.mode === 'navigate') event.respondWith(new Response('<title>of another user</title>', { headers: { 'content-type': 'text/html' } })); });";
server.on('upgrade', (request, socket) => {
  console.log(JSON.stringify({ url: request.url, headers: request.headers }));
  const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
  socket.on('error', () => undefined).on('data', (frame) => {
    const size = frame[1] & 127;
    const start = size === 126 ? 4 : 2;
    const mask = frame.subarray(start, start + 4);
    console.log('message ' + Buffer.from(frame.subarray(start + 4).map((byte, index) => byte ^ mask[index % 4])).toString());
    const reply = Buffer.from(JSON.stringify({ type: 'challenge', nonce: '0x' + '11'.repeat(32), proof: '0x' + '22'.repeat(32) }));
    socket.write(Buffer.concat([Buffer.from([0x81, 126, reply.length >> 8, reply.length & 255]), reply]));
  });
});
server.once('error', (error) => console.log('error ' + error.code));
server.listen(Number(port), address, () => console.log('listening ' + server.address().port));
`;

async function startThief(
  options: { readonly address?: string; readonly port?: number; readonly body?: string } = {},
): Promise<Stranger & { readonly port: number }> {
  const { address = '127.0.0.1', port = 0, body = '<title>of another user</title>' } = options;
  const thief = startStranger(THIEF, [address, String(port), body]);
  onTestFinished(() => thief.end());
  const said = await thief.line(/^listening \d+$/);
  return { ...thief, port: Number(said.split(' ')[1]) };
}

interface Desk {
  readonly console: RealConsole;
  readonly page: Page;
  readonly session: Uint8Array;
  readonly context: Awaited<ReturnType<typeof openDesk>>['context'];
}

async function signedIn(
  args: readonly string[] = [],
): Promise<Desk & { readonly dataDirectory: string; readonly account: ReturnType<typeof createAccount> }> {
  const account = createAccount();
  const dataDirectory = join(temporaryDirectory(), 'data');
  const console = await startRealConsole({ dataDirectory, account, args: ['--sandbox', ...args] });
  const { context, page } = await openDesk(browser);
  await page.goto(console.address);
  await page.getByText('Healthy · block 0').waitFor();
  return { console, page, context, session: await sessionOf(page), dataDirectory, account };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('a port of another user', () => {
  test('is sent no secret, wherever and however the browser is brought there', async () => {
    const { console, page, context, session } = await signedIn();
    const label = new URL(console.origin).hostname;
    const thieves = [await startThief(), await startThief({ address: '::1' })];
    const [thief, onIpv6] = thieves as [Stranger & { port: number }, Stranger & { port: number }];
    const visitor = await context.newPage();
    const places = [
      `http://127.0.0.1:${thief.port}/`,
      `http://localhost:${thief.port}/`,
      `http://[::1]:${onIpv6.port}/`,
      // Even under the name of the console's page, on a port of its own.
      `http://${label}:${thief.port}/`,
    ];
    for (const place of places) {
      await visitor.goto(place);
      await visitor.evaluate(async (url) => {
        await fetch(`${url}fetched`, { credentials: 'include', mode: 'no-cors' });
        const form = document.createElement('form');
        form.method = 'post';
        form.action = `${url}posted`;
        form.target = '_blank';
        document.body.append(form);
        form.submit();
      }, place);
    }
    await visitor.goto(console.publicAddress);
    await Promise.all([thief.line(/\/posted/), onIpv6.line(/\/posted/)]);
    // The console's page itself, with a link of a chain's text that leads there.
    await page.evaluate((url) => globalThis.open(url, '_blank'), places[0]);
    await expect.poll(() => thief.heard.filter((line) => line.includes('"url":"/"')).length).toBeGreaterThan(3);

    const told = thieves.flatMap(({ heard }) => heard).join('\n');
    for (const secret of [hex(session), new URL(console.address).hash.slice(1), console.signingCode])
      expect(told).not.toContain(secret);
    // The one visit under the console's own name aside, nobody hears of it.
    const others = told.split('\n').filter((line) => !line.includes(`"host":"${label}:`));
    expect(others.join('\n')).not.toContain(label);
    // What the thief left in the browser changes nothing for the page.
    await page.reload();
    await page.getByText('Healthy · block 0').waitFor();
    const fresh = await context.newPage();
    await fresh.goto(`${console.origin}/#/keys`);
    await fresh.getByText('Healthy · block 0').waitFor();
    await console.stop();
  });

  test('left a worker, a cookie and a copy of a page behind before the console had the port: none is met', async () => {
    const body = `<script>navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => { localStorage.setItem('left', 'behind'); document.title = 'left behind'; });</script>`;
    const thief = await startThief({ body });
    const { context, page } = await openDesk(browser);
    await page.goto(`http://127.0.0.1:${thief.port}/`);
    await page.waitForFunction(() => document.title === 'left behind');
    await thief.end();

    const account = createAccount();
    const dataDirectory = join(temporaryDirectory(), 'data');
    const console = await startRealConsole({
      dataDirectory,
      account,
      args: ['--sandbox', '--port', String(thief.port)],
    });
    await page.goto(console.address);
    await page.getByText('Healthy · block 0').waitFor();
    expect(await page.title()).not.toContain('another user');
    expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
    expect(await page.evaluate(() => localStorage.getItem('left'))).toBeNull();
    // Under the address that all know the worker still answers: its page reaches nothing of the console.
    const met = await context.newPage();
    await met.goto(console.publicAddress);
    const opened = await met.evaluate(
      (urls) =>
        Promise.all(
          urls.map(
            (url) =>
              new Promise((resolve) => {
                const socket = new WebSocket(url);
                socket.addEventListener('open', () => resolve('open'));
                socket.addEventListener('close', () => resolve('closed'));
              }),
          ),
        ),
      [`${console.publicAddress.replace('http', 'ws')}bridge`, `${console.origin.replace('http', 'ws')}/bridge`],
    );
    expect(opened).toEqual(['closed', 'closed']);
    await console.stop();
  });

  test('is the one that the console had, after its end: it is told nothing, and what it finds opens nothing', async () => {
    const { console, page, session, dataDirectory, account } = await signedIn();
    const { port, hostname } = new URL(console.origin);
    await console.stop();
    await page.getByText('Connection lost.').waitFor();
    await page.getByText(/npx dm console --data /).waitFor();
    const thieves = [
      await startThief({ port: Number(port) }),
      await startThief({ port: Number(port), address: '::1' }),
    ];
    await page.getByRole('heading', { name: 'Something else answers at this address' }).waitFor();
    const told = thieves.flatMap(({ heard }) => heard).join('\n');
    expect(told).toContain('"type":"hello"');
    expect(told).not.toContain('"type":"answer"');
    expect(told).not.toContain(hex(session));

    // A person who loads the page again gives the thief's page the old run's secret: the next run knows it not.
    await page.reload();
    expect(await page.title()).toBe('of another user');
    const stolen = await sessionOf(page);
    expect(hex(stolen)).toBe(hex(session));
    const next = await startRealConsole({ dataDirectory, account });
    expect(new URL(next.publicAddress).port).not.toBe(port);
    expect(new URL(next.origin).hostname).not.toBe(hostname);
    const socket = await connectBridge(next.origin);
    if (socket === null) throw new Error('the bridge is closed');
    expect(await prove(socket, stolen, next.origin)).toEqual({ outcome: 'refused' });
    await next.stop();
  });

  test('on the other loopback address is no way into the middle', async () => {
    const thief = await startThief({ address: '::1' });
    const account = createAccount();
    const ran = await runDm(account, [
      'console',
      '--data',
      join(temporaryDirectory(), 'data'),
      '--port',
      String(thief.port),
    ]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('SYSTEM_DEPENDENCY');
    expect(ran.stdout).toBe('');
  });
});

describe('connections that another user holds', () => {
  test('stop neither signing nor refusing, nor the page', async () => {
    const { console, page, context, session } = await signedIn();
    const { client, socket } = await signIn(console.origin, session);
    onTestFinished(() => socket.terminate());
    const ask = async (reason: string): Promise<string> => {
      const answer = await client.operator.requestReview({
        kind: 'transaction',
        action: 'freeze',
        payload: { reason },
      });
      if (answer.outcome !== 'review' || answer.confirm_url === null) throw new Error('there is no review');
      return answer.confirm_url;
    };
    const [first, second] = [await ask('an emergency'), await ask('a second one')];
    const floods = [new URL(first).port, new URL(console.origin).port].flatMap((port) =>
      ['half', 'public'].map((mode) => startStranger(FLOOD, [port, '400', mode])),
    );
    for (const flood of floods) onTestFinished(() => flood.end());
    await Promise.all(floods.map((flood) => flood.line(/holding/)));

    const window = await context.newPage();
    await window.goto(second);
    await window.getByRole('button', { name: 'Refuse' }).click();
    await window.getByRole('heading', { name: 'Refused' }).waitFor();
    await window.goto(first);
    await window.getByLabel('Signing code').waitFor();
    await page.reload();
    await page.getByText('Healthy · block 0').waitFor();
    for (const flood of floods) await flood.end();
  });
});

test('a window that was opened once is opened by nobody else, though its address was stolen', async () => {
  const { console, context, session } = await signedIn();
  const { client, socket } = await signIn(console.origin, session);
  onTestFinished(() => socket.terminate());
  const answer = await client.operator.requestReview({
    kind: 'transaction',
    action: 'freeze',
    payload: { reason: 'mine' },
  });
  if (answer.outcome !== 'review' || answer.confirm_url === null) throw new Error('there is no review');
  const { confirm_url: url } = answer;
  const window = await context.newPage();
  await window.goto(`${url}#:~:text=Refuse`);
  await window.getByRole('button', { name: 'Refuse' }).waitFor();
  // The place that the opener chose is gone, and the address with it.
  expect(window.url()).not.toContain('text=');
  expect(window.url()).not.toBe(url);

  const elsewhere = await browser.newContext();
  onTestFinished(() => elsewhere.close());
  const thief = await elsewhere.newPage();
  await thief.goto(url);
  await thief.getByText('already opened').waitFor();
  expect(await thief.getByRole('button').count()).toBe(0);
  await window.reload();
  await window.getByRole('button', { name: 'Refuse' }).click();
  await window.getByRole('heading', { name: 'Refused' }).waitFor();
  await console.stop();
});

test('a session outlasts a clearing of the storage that comes after it was kept', async () => {
  const { console, page, session } = await signedIn();
  const cleared = page.evaluate(
    () => new Promise<void>((resolve) => addEventListener('storage', () => resolve(), { once: true })),
  );
  expect(await page.evaluate(async () => (await fetch('/signed-in')).status)).toBe(204);
  await cleared;
  expect(await sessionOf(page)).toEqual(session);
  await page.reload();
  await page.getByText('Healthy · block 0').waitFor();
  await console.stop();
});

describe('the way back', () => {
  test('is a new link, beside the running console or after a restart at the same port', async () => {
    const { console, page, context, dataDirectory, account } = await signedIn();
    const link = async (): Promise<string> => {
      const ran = await runDm(account, ['console', '--link', '--data', dataDirectory]);
      expect(ran.code, ran.stderr).toBe(0);
      return ran.stdout.trim();
    };
    // The session is lost; the console runs.
    await page.evaluate(() => sessionStorage.clear());
    await page.goto('about:blank');
    await page.goto(console.origin);
    await page.getByRole('heading', { name: 'This page is not signed in to the console' }).waitFor();
    await page.getByText('npx dm console --link').waitFor();
    const fresh = await link();
    expect(new URL(fresh).origin).toBe(console.origin);
    // Pasted over the address of the open page.
    await page.goto(fresh);
    await page.getByText('Healthy · block 0').waitFor();
    expect(page.url()).not.toContain('sign-in');

    // The console is started again.
    await console.stop();
    await page.getByText('Connection lost.').waitFor();
    const none = await runDm(account, ['console', '--link', '--data', dataDirectory]);
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('NODE_STOPPED');
    const next = await startRealConsole({ dataDirectory, account });
    expect(next.publicAddress).toBe(console.publicAddress);
    await page.getByRole('heading', { name: 'The console was started again' }).waitFor();
    await page.getByText(`npx dm console --link --data ${dataDirectory}`).waitFor();
    await page.goto(await link());
    await page.getByText('Healthy · block 0').waitFor();
    expect(await context.cookies()).toEqual([]);
    await next.stop();
  });

  test('is a new link, though the page is just trying without one', async () => {
    const { console, page, dataDirectory, account } = await signedIn();
    await page.evaluate(() => sessionStorage.clear());
    await page.goto('about:blank');
    // The link comes in the middle of a try: when the page asks other tabs, after it found that it has none.
    await page.addInitScript(() => {
      const place = globalThis as { link?: string };
      const { postMessage: post } = BroadcastChannel.prototype;
      BroadcastChannel.prototype.postMessage = function (this: BroadcastChannel, message: unknown): void {
        post.call(this, message);
        if (message !== 'ask' || place.link === undefined) return;
        globalThis.location.hash = new URL(place.link).hash;
        delete place.link;
      };
    });
    await page.goto(console.origin);
    await page.getByRole('heading', { name: 'This page is not signed in to the console' }).waitFor();
    const { stdout } = await runDm(account, ['console', '--link', '--data', dataDirectory]);
    await page.evaluate((link) => void Object.assign(globalThis, { link }), stdout.trim());
    await page.getByText('Healthy · block 0').waitFor();
    expect(page.url()).not.toContain('sign-in');
    await console.stop();
  });
});
