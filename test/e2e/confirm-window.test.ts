import { createServer } from 'node:http';

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { ConfirmServer } from '../../src/node/doors/confirm/server.ts';
import { openDesk, PASSPHRASE, type DeskBench } from '../node/signing/desk-fixture.ts';
import { launchChromium } from './chromium.ts';
import { askedWord, typeAskedWord } from './confirming.ts';

const SIGNING_CODE = '12-34-56-78-90-12';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function openConfirmation(): Promise<DeskBench & { readonly server: ConfirmServer }> {
  const bench = await openDesk();
  const server = new ConfirmServer({
    desk: () => bench.desk,
    signingCode: SIGNING_CODE,
    storedPassphrase: () => null,
    clock: () => bench.node.now,
  });
  await server.listen();
  onTestFinished(() => server.close());
  return { ...bench, server };
}

async function openPage(colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const context = await browser.newContext({ colorScheme, viewport: { width: 560, height: 720 } });
  onTestFinished(() => context.close());
  return context.newPage();
}

/** A page on another port of this machine, as the console's is, that is wholly under an attacker's control. */
async function serveHostilePage(body: string): Promise<string> {
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

describe('the confirming window', () => {
  test('is used with the keyboard alone, and begins where one types', async () => {
    const { server, fileKey, request, submitted } = await openConfirmation();
    const page = await openPage();
    await page.goto(server.confirmUrl((await request(fileKey)).review_id));
    expect(await page.evaluate(() => globalThis.scrollY)).toBe(0);
    await page.keyboard.type(await askedWord(page));
    await page.keyboard.press('Tab');
    await page.keyboard.type('not the passphrase');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The passphrase is not the one of this key file.').waitFor();
    await page.keyboard.type(await askedWord(page));
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSPHRASE);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Signed and on the chain' }).waitFor();
    expect(submitted).toHaveLength(1);

    await page.goto(server.confirmUrl((await request(fileKey)).review_id));
    await page.getByText(/^Signing as in the file is unlocked until \d\d:\d\d: only the word is asked\.$/).waitFor();
    await page.keyboard.type(await askedWord(page));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Signed and on the chain' }).waitFor();
    expect(submitted).toHaveLength(2);

    await page.goto(server.confirmUrl((await request(fileKey)).review_id));
    await page.getByRole('button', { name: 'Refuse' }).click();
    await page.getByRole('heading', { name: 'Refused' }).waitFor();
    expect(submitted).toHaveLength(2);
  });

  test('takes the signing code for a key in the keychain', async () => {
    const { server, keychainKey, request, submitted } = await openConfirmation();
    const page = await openPage();
    await page.goto(server.confirmUrl((await request(keychainKey)).review_id));
    await typeAskedWord(page);
    await page.getByLabel('Signing code').fill(SIGNING_CODE);
    await page.getByRole('button', { name: 'Sign' }).click();
    await page.getByText('It is in block 7.').waitFor();
    expect(submitted).toHaveLength(1);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in it, %s', async (colorScheme) => {
    const { server, fileKey, keychainKey, request, desk } = await openConfirmation();
    const page = await openPage(colorScheme);
    const found: string[] = [];
    const look = async (reviewId: string): Promise<void> => {
      await page.goto(server.confirmUrl(reviewId));
      const { violations } = await new AxeBuilder({ page }).analyze();
      found.push(...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`));
    };
    const review = await request(fileKey);
    await look(review.review_id);
    await look((await request(keychainKey)).review_id);
    desk.refuse(review.review_id);
    await look(review.review_id);
    expect(found).toEqual([]);
    // What was wrong is told in a colour of its own.
    await page.goto(server.confirmUrl((await request(fileKey)).review_id));
    await typeAskedWord(page);
    await page.getByLabel('Passphrase of the key file').fill('not the passphrase');
    await page.getByRole('button', { name: 'Sign' }).click();
    await page.getByRole('alert').waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });

  test('loads nothing that its policy refuses, and asks no other host', async () => {
    const { server, fileKey, request } = await openConfirmation();
    const page = await openPage();
    const problems: string[] = [];
    const hosts = new Set<string>();
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (asked) => hosts.add(new URL(asked.url()).origin));
    await page.goto(server.confirmUrl((await request(fileKey)).review_id));
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('h1') ?? document.body).fontSize)).toBe(
      '18px',
    );
    expect([...hosts]).toEqual([new URL(page.url()).origin]);
    expect(new URL(page.url()).port).toBe(String(server.port));
    expect(problems.filter((text) => !text.includes('favicon'))).toEqual([]);
  });
});

test('a hostile page on this machine can neither read the window nor sign, though signing is unlocked', async () => {
  const { server, fileKey, request, submitted, desk } = await openConfirmation();
  await desk.unlockSession(PASSPHRASE, fileKey);
  const { review_id } = await request(fileKey);
  // What the console page knows; the window itself is at another address, which it does not.
  const url = server.confirmUrl(review_id);
  const hostile = await serveHostilePage(`<!doctype html><title>hostile</title>
    <iframe name="inner"></iframe>
    <form id="form" method="post" action="${url}" target="inner"><input name="decision" value="sign"></form>`);
  const page = await openPage();
  await page.goto(hostile);
  const seen = await page.evaluate(async (target) => {
    const body = new URLSearchParams({ decision: 'sign' });
    const attempt = (work: Promise<unknown>): Promise<string> =>
      work.then(String, (error: unknown) => `failed: ${String(error)}`);
    const read = await attempt(fetch(target).then((response) => response.text()));
    const sent = await attempt(
      fetch(target, { method: 'POST', mode: 'no-cors', credentials: 'include', body }).then(({ type }) => type),
    );
    const corsSent = await attempt(fetch(target, { method: 'POST', body }).then((response) => response.text()));
    const frame = document.querySelector('iframe');
    const framed = new Promise<void>((resolve) => frame?.addEventListener('load', () => resolve(), { once: true }));
    document.querySelector('form')?.submit();
    await framed;
    return { read, sent, corsSent };
  }, url);
  expect(seen.read).toContain('failed');
  expect(seen.corsSent).toContain('failed');

  const popupPromise = page.waitForEvent('popup');
  await page.evaluate((target) => {
    Object.assign(globalThis, { opened: globalThis.open(target, 'confirm', 'popup') });
  }, url);
  const popup = await popupPromise;
  await popup.getByRole('button', { name: 'Sign' }).waitFor();
  const reached = await page.evaluate(() => {
    const { opened } = globalThis as unknown as { opened: Window | null };
    try {
      return opened?.document.body.textContent ?? 'nothing';
    } catch {
      return 'nothing';
    }
  });
  expect(reached).toBe('nothing');
  expect(await popup.evaluate(() => globalThis.opener === null)).toBe(true);

  // Top-level navigation by a form, with the person's own browser.
  await page.evaluate((target) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = target;
    const decision = document.createElement('input');
    decision.name = 'decision';
    decision.value = 'sign';
    form.append(decision);
    document.body.append(form);
    form.submit();
  }, url);
  await page.getByText('The form comes from another page.').waitFor();
  expect(submitted).toEqual([]);

  await typeAskedWord(popup);
  await popup.getByRole('button', { name: 'Sign' }).click();
  await popup.getByText('It is in block 7.').waitFor();
  expect(submitted).toHaveLength(1);
});
