import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { LocalPage } from '../../../../src/node/doors/page/local-page.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';

const INDEX = '<!doctype html><title>console</title>';

/** What a built page consists of, and more. */
const FILES: Readonly<Record<string, string>> = {
  'index.html': INDEX,
  'assets/app.js': 'run();',
  'assets/app.css': 'body {}',
  'assets/font.woff2': 'a font',
  'mark.svg': '<svg/>',
  'mark.xyz': 'of no known kind',
};

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly kept: string | undefined;
  readonly clears: string | undefined;
  readonly body: string;
}

interface Bench {
  readonly port: number;
  /** Sends `target` as it is, which no browser would. */
  ask(target: string, method?: string, host?: string): Promise<Answer>;
}

async function openPage(): Promise<Bench> {
  const pageDirectory = join(temporaryDirectory(), 'page');
  mkdirSync(join(pageDirectory, 'assets', 'fonts.v1'), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(pageDirectory, name), text);
  const page = new LocalPage({ pageDirectory, onConnection: () => undefined });
  await page.listen(0);
  onTestFinished(() => page.close());
  const { port } = page;
  const ask: Bench['ask'] = (target, method = 'GET', host = new URL(page.origin).host) =>
    new Promise((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port, path: target, method, headers: { host }, agent: false },
        (response) => {
          let body = '';
          const { statusCode: status = 0, headers } = response;
          response.setEncoding('utf8').on('data', (part: string) => (body += part));
          response.on('error', reject).on('end', () =>
            resolve({
              status,
              type: headers['content-type'],
              kept: headers['cache-control'],
              clears: headers['clear-site-data'] as string | undefined,
              body,
            }),
          );
        },
      );
      asked.on('error', reject).end();
    });
  return { port, ask };
}

describe('the built page', () => {
  test.each([
    ['/assets/app.js', 'text/javascript; charset=utf-8'],
    ['/assets/app.css', 'text/css; charset=utf-8'],
    ['/assets/font.woff2', 'font/woff2'],
  ])('%s is what it is, and a browser may keep it: another build names it otherwise', async (target, type) => {
    const { ask } = await openPage();
    expect(await ask(target)).toMatchObject({
      status: 200,
      type,
      kept: 'public, max-age=31536000, immutable',
      body: FILES[target.slice(1)],
    });
  });

  test.each([
    ['/mark.svg', 'image/svg+xml'],
    ['/mark.xyz', 'application/octet-stream'],
    ['/index.html', 'text/html; charset=utf-8'],
    ['/', 'text/html; charset=utf-8'],
  ])('%s is asked for anew each time: another build changes it', async (target, type) => {
    const { ask } = await openPage();
    expect(await ask(target)).toMatchObject({
      status: 200,
      type,
      kept: 'no-cache',
      body: FILES[target.slice(1)] ?? INDEX,
    });
  });

  test.each(['/blocks', '/environments/ALE', '/assets', '/a/b/../c'])(
    '%s is one of its screens, which it finds by itself',
    async (target) => {
      const { ask } = await openPage();
      expect(await ask(target)).toMatchObject({ status: 200, kept: 'no-cache', body: INDEX });
    },
  );

  test.each(['/assets/gone.js', '/gone.svg', '/assets/app.js/more.js', '/../page/index.html'])(
    '%s is not there',
    async (target) => {
      const { ask } = await openPage();
      expect(await ask(target)).toMatchObject({ status: 404, body: 'There is no such file.\n' });
    },
  );

  test('has no folder for a file, though it is named like one', async () => {
    const { ask } = await openPage();
    expect(await ask('/assets/fonts.v1')).toMatchObject({ status: 404, body: 'There is no such file.\n' });
  });

  test.each(['//', '//evil.example/', '*', 'http://evil.example/', '/%00', '/assets/app.js%00', '/x%00.js', '/%'])(
    'has no address %s',
    async (target) => {
      const { ask } = await openPage();
      expect(await ask(target)).toMatchObject({ status: 400, body: 'That is not an address of this console.\n' });
    },
  );

  test('is read, and nothing else is done to it', async () => {
    const { ask } = await openPage();
    expect(await ask('/', 'HEAD')).toMatchObject({ status: 200, type: 'text/html; charset=utf-8', body: '' });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
      for (const target of ['/', '/assets/app.js', '/signed-in'])
        expect(await ask(target, method), method).toMatchObject({ status: 405, body: 'Only GET is served here.\n' });
  });
});

test('what shows at the address that all know is read, and nothing else', async () => {
  const { port, ask } = await openPage();
  const known = `127.0.0.1:${port}`;
  expect(await ask('/', 'HEAD', known)).toMatchObject({ status: 200, body: '' });
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    expect(await ask('/', method, known), method).toMatchObject({ status: 405, body: 'Only GET is served here.\n' });
});

test('a browser that has signed in is told to forget whatever others left in it', async () => {
  const { ask } = await openPage();
  expect(await ask('/signed-in')).toMatchObject({
    status: 204,
    kept: 'no-store',
    clears: '"cache", "storage"',
    body: '',
  });
});

test('the bridge is no page', async () => {
  const { ask } = await openPage();
  expect(await ask('/bridge')).toMatchObject({ status: 426, body: 'The bridge is a WebSocket.\n' });
});
