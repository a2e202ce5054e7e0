import { createServer, request } from 'node:http';

import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { ConfirmServer } from '../../src/node/doors/confirm/server.ts';
import { openDesk, PASSPHRASE, type DeskBench } from '../node/signing/desk-fixture.ts';
import { launchChromium } from './chromium.ts';
import { askedWord, typeAskedWord, WORD_LABEL } from './confirming.ts';

/**
 * A hostile console opens the confirming window when, how large and scrolled to where it likes, under a mouse that is
 * pressed already, while signing is unlocked: nothing but the word is asked, and without reading nothing is signed.
 */

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

interface Window extends DeskBench {
  readonly server: ConfirmServer;
  readonly context: BrowserContext;
  /** The console's page, wholly an attacker's. */
  readonly hostile: Page;
}

async function openWindow(): Promise<Window> {
  const bench = await openDesk();
  bench.node.now = Date.now();
  const server = new ConfirmServer({
    desk: () => bench.desk,
    signingCode: '12-34-56-78-90-12',
    storedPassphrase: () => null,
    clock: () => bench.node.now,
  });
  await server.listen();
  onTestFinished(() => server.close());
  await bench.desk.unlockSession(PASSPHRASE, bench.fileKey);
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const hostile = await context.newPage();
  await hostile.goto(await serve('<!doctype html><title>hostile</title><body style="height:100vh">'));
  return { ...bench, server, context, hostile };
}

async function serve(body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the hostile server has no port');
  return `http://127.0.0.1:${address.port}/`;
}

/** The window's own form, sent past its page; the status of the answer. */
function post(url: string, fields: Readonly<Record<string, string>>): Promise<number> {
  const { host, port, origin, pathname } = new URL(url);
  const headers = { host, origin, 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path: pathname, method: 'POST', headers, agent: false },
      (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      },
    );
    asked.once('error', reject).end(new URLSearchParams(fields).toString());
  });
}

/** Opens `url` as soon as the mouse is pressed on the hostile page, and gives the window with the mouse still down. */
async function openUnderMouse({ context, hostile }: Window, url: string, features: string): Promise<Page> {
  await hostile.evaluate(
    ([target, wanted]) =>
      document.body.addEventListener(
        'mousedown',
        () => void globalThis.open(target, '_blank', `noopener,left=0,top=0,${wanted ?? ''}`),
        { once: true, capture: true },
      ),
    [url, features],
  );
  await hostile.mouse.move(200, 200);
  const opening = context.waitForEvent('page');
  await hostile.mouse.down();
  const popup = await opening;
  await popup.waitForLoadState();
  return popup;
}

function inView(page: Page, selector: string): Promise<boolean> {
  return page.evaluate((wanted) => {
    const box = document.querySelector(wanted)?.getBoundingClientRect();
    return box !== undefined && box.height > 0 && box.top >= 0 && box.bottom <= globalThis.innerHeight;
  }, selector);
}

const shortChange = { namespace: 'environments', path: 'blue.version', key: 'maze', before: 1, after: 2 };

const manyChanges = (count: number): (typeof shortChange)[] =>
  Array.from({ length: count }, (_, index) => ({
    ...shortChange,
    key: `maze-${index}`,
    before: index,
    after: index + 1,
  }));

/** What the ledger would do, with so many changes. */
function widen({ node }: DeskBench, count: number): void {
  const { simulation } = node;
  if (simulation.outcome === 'applied') node.simulation = { ...simulation, changes: manyChanges(count) };
}

describe('one click', () => {
  test.each([
    ['as it opens', 'width=560,height=720', ''],
    ['scrolled to its button by a text fragment', 'width=560,height=720', '#:~:text=Refuse'],
    ['scrolled to its field by a fragment', 'width=560,height=300', '#word'],
    ['low, scrolled to its button', 'width=560,height=320', '#:~:text=Keep,Refuse'],
    ['wide and low', 'width=1200,height=310', '#:~:text=Sign'],
  ])('signs nothing: %s', async (_, features, fragment) => {
    const bench = await openWindow();
    const { review_id } = await bench.request(bench.fileKey);
    const popup = await openUnderMouse(bench, `${bench.server.confirmUrl(review_id)}${fragment}`, features);
    const sign = popup.getByRole('button', { name: 'Sign' });
    await sign.scrollIntoViewIfNeeded();
    const box = await sign.boundingBox();
    if (box === null) throw new Error('there is no button');
    // The mouse that was pressed before the window was there is let go over the button; then a whole double click.
    await popup.mouse.move(box.x + 10, box.y + 10);
    await popup.mouse.up();
    await popup.mouse.dblclick(box.x + 10, box.y + 10);
    await popup.keyboard.press('Enter');
    expect(await popup.getByLabel(WORD_LABEL).evaluate((field: HTMLInputElement) => field.validity.valueMissing)).toBe(
      true,
    );
    expect(bench.submitted).toEqual([]);
    // The same window, with what a reader finds in it.
    await typeAskedWord(popup);
    await sign.click();
    await popup.getByText('It is in block 7.').waitFor();
    expect(bench.submitted).toHaveLength(1);
  });

  test.each(['width=420,height=140', 'width=200,height=200', 'width=900,height=120'])(
    'has no button in a window of %s',
    async (features) => {
      const bench = await openWindow();
      const { review_id } = await bench.request(bench.fileKey);
      const [, width, height] = /width=(\d+),height=(\d+)/.exec(features) ?? [];
      const popup = await bench.context.newPage();
      await popup.setViewportSize({ width: Number(width), height: Number(height) });
      await popup.goto(`${bench.server.confirmUrl(review_id)}#:~:text=Refuse`);
      await popup.getByText('This window is too small to show what is signed.').waitFor();
      expect(await popup.getByRole('button').count()).toBe(0);
      await popup.keyboard.type('abc');
      await popup.keyboard.press('Enter');
      expect(bench.submitted).toEqual([]);
      await popup.setViewportSize({ width: 560, height: 720 });
      await popup.getByRole('button', { name: 'Sign' }).waitFor();
    },
  );

  test('with a word that the hostile page guessed signs nothing, and the window closes after five', async () => {
    const bench = await openWindow();
    const review = await bench.request(bench.fileKey);
    const popup = await bench.context.newPage();
    await popup.goto(bench.server.confirmUrl(review.review_id));
    const asked = new Set<string>();
    for (let left = 4; left > 0; left--) {
      const right = await askedWord(popup);
      asked.add(await popup.locator('#asked').innerText());
      await popup.getByLabel(WORD_LABEL).fill(review.fingerprint.find((word) => word !== right) ?? '');
      await popup.getByRole('button', { name: 'Sign' }).click();
      await popup
        .getByRole('alert')
        .getByText(`${left} ${left === 1 ? 'try is' : 'tries are'} left`)
        .waitFor();
    }
    // Another one is asked for from try to try, so that guessing goes on at one in six.
    expect(asked.size).toBeGreaterThan(1);
    await popup.getByLabel(WORD_LABEL).fill('no such word');
    await popup.getByRole('button', { name: 'Sign' }).click();
    await popup.getByRole('heading', { name: 'Closed' }).waitFor();
    expect(await bench.desk.outcome(review.review_id)).toEqual({ outcome: 'refused' });
    expect(bench.submitted).toEqual([]);
  });
});

describe('at its opening size', () => {
  test('who, what, the words, the field and the button are in view, and one types at once', async () => {
    const bench = await openWindow();
    widen(bench, 2_000);
    const { review_id } = await bench.request(bench.keychainKey);
    const popup = await openUnderMouse(
      bench,
      `${bench.server.confirmUrl(review_id)}#:~:text=maze-1999`,
      'width=560,height=720',
    );
    await popup.setViewportSize({ width: 560, height: 720 });
    for (const place of ['.where', 'h1', '.fingerprint', '#word', '#code', 'button.sign', '.actions .hint'])
      expect(await inView(popup, place), place).toBe(true);
    expect(await popup.evaluate(() => document.activeElement?.id)).toBe('word');
    // Only what is read scrolls: which word is asked for stands at its end, out of view until somebody has been there.
    expect(await inView(popup, '#asked')).toBe(false);
    expect(await popup.evaluate(() => [globalThis.scrollY, document.querySelector('.content')?.scrollTop])).toEqual([
      0, 0,
    ]);
    expect(await popup.locator('.changes > li').count()).toBe(2_000);
    await popup.locator('#asked').scrollIntoViewIfNeeded();
    for (const place of ['.where', 'h1', '.fingerprint', '#asked', '#word', 'button.sign'])
      expect(await inView(popup, place), place).toBe(true);
  });

  test('a long sentence and long warnings push nothing out of view', async () => {
    const bench = await openWindow();
    const { simulation } = bench.node;
    if (simulation.outcome !== 'applied') throw new Error('it would be refused');
    const warnings = Array.from({ length: 30 }, (_, index) => `Warning ${index}: ${'look closer '.repeat(20)}`);
    bench.node.simulation = { ...simulation, sentence: 'And it is archived. '.repeat(60), warnings };
    const popup = await bench.context.newPage();
    await popup.setViewportSize({ width: 560, height: 720 });
    await popup.goto(bench.server.confirmUrl((await bench.request(bench.keychainKey)).review_id));
    for (const place of ['.where', '.fingerprint', '#word', '#code', 'button.sign'])
      expect(await inView(popup, place), place).toBe(true);
    expect(await popup.locator('.content h1').innerText()).toContain('And it is archived. And it is archived.');
    expect(await popup.locator('.warnings li').count()).toBe(30);
  });
});

test('what the window cannot show whole it does not sign', async () => {
  const bench = await openWindow();
  widen(bench, 5_001);
  const tooMany = await bench.request(bench.fileKey);
  const popup = await bench.context.newPage();
  await popup.goto(bench.server.confirmUrl(tooMany.review_id));
  await popup.getByText('This changes more than the window can show').waitFor();
  expect(await popup.getByRole('button').allInnerTexts()).toEqual(['Refuse']);
  const token = (await popup.locator('input[name="token"]').getAttribute('value')) ?? '';
  // Nor does the server take what its page does not offer.
  for (const word of tooMany.fingerprint.slice(0, 4)) {
    expect(await post(popup.url(), { token, word, decision: 'sign' })).toBe(403);
  }
  expect(bench.submitted).toEqual([]);
  // The most that a batch changes is shown, each value whole.
  widen(bench, 4_352);
  const { simulation } = bench.node;
  const long = 'x'.repeat(60_000);
  if (simulation.outcome === 'applied')
    bench.node.simulation = {
      ...simulation,
      changes: [...simulation.changes, { ...shortChange, after: long }],
    };
  await popup.goto(bench.server.confirmUrl((await bench.request(bench.fileKey)).review_id));
  await popup.getByRole('button', { name: 'Sign' }).waitFor();
  expect(await popup.locator('.content').innerText()).toContain(long);
});

describe('when its time is over', () => {
  test('it says so by itself, and counts until then', async () => {
    const bench = await openWindow();
    const { review_id, expires_at } = await bench.request(bench.keychainKey);
    bench.node.now = expires_at - 2_000;
    const popup = await bench.context.newPage();
    await popup.goto(bench.server.confirmUrl(review_id));
    const left = popup.locator('.left');
    const counted = await left.evaluate((element) => getComputedStyle(element).getPropertyValue('--left'));
    expect(Number(counted)).toBeLessThanOrEqual(2);
    bench.node.now = expires_at;
    await popup.getByRole('heading', { name: 'Review expired' }).waitFor();
  });

  test('an unlocked session that ended meanwhile is told, and the code asked for', async () => {
    const bench = await openWindow();
    const until = bench.desk.unlocked?.until ?? 0;
    bench.node.now = until - 1_500;
    const { review_id } = await bench.request(bench.fileKey);
    const popup = await bench.context.newPage();
    await popup.goto(bench.server.confirmUrl(review_id));
    await popup.getByText(/is unlocked until/).waitFor();
    await typeAskedWord(popup);
    // Sooner than the page could show itself again.
    bench.desk.lockSession();
    await popup.getByRole('button', { name: 'Sign' }).click();
    await popup.getByRole('alert').getByText('Signing is locked again since this window was shown.').waitFor();
    await popup.getByLabel('Passphrase of the key file').waitFor();

    await bench.desk.unlockSession(PASSPHRASE, bench.fileKey);
    bench.node.now = (bench.desk.unlocked?.until ?? 0) - 1_000;
    await popup.goto(bench.server.confirmUrl((await bench.request(bench.fileKey)).review_id));
    await popup.getByText(/is unlocked until/).waitFor();
    bench.node.now += 1_000;
    // It shows itself again at that moment.
    await popup.getByLabel('Passphrase of the key file').waitFor();
    expect(await popup.getByText(/is unlocked until/).count()).toBe(0);
  });
});

test('closes itself once it has said how it ended, and runs no other script', async () => {
  const bench = await openWindow();
  const { review_id } = await bench.request(bench.fileKey);
  const opening = bench.context.waitForEvent('page');
  await bench.hostile.evaluate(
    (url) => void globalThis.open(url, 'confirm', 'popup'),
    bench.server.confirmUrl(review_id),
  );
  const popup = await opening;
  await popup.waitForLoadState();
  expect(await popup.locator('script').count()).toBe(0);
  await typeAskedWord(popup);
  const closed = popup.waitForEvent('close');
  await popup.getByRole('button', { name: 'Sign' }).click();
  await closed;
  expect(bench.submitted).toHaveLength(1);
});
