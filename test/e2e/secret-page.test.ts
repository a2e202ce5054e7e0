import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { checkoutRoot } from '../../build/checkout.mjs';
import { serveSecretPage } from '../../electron/secret-page.ts';
import type { SecretQuestion } from '../../src/node/host/surface.ts';
import { launchChromium } from './chromium.ts';
import { lookAt } from './real-console.ts';

/** The page and the preload of the desktop's window for passphrases, in a real browser; Electron's own suite needs its binary. */

const ORIGIN = 'https://window.test';
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** The preload as it runs in the window, where `ipcRenderer.send` leaves what it sends. */
function preload(): string {
  const source = readFileSync(join(checkoutRoot, 'electron', 'secret-preload.ts'), 'utf8');
  const body = stripTypeScriptTypes(source).replace(/^import .*$/m, '');
  return `(() => { const sent = (globalThis.sent = []); const ipcRenderer = { send: (...all) => sent.push(all) };\n${body}\n})();`;
}

async function open(question: Partial<SecretQuestion>): Promise<{ readonly page: Page; sent(): Promise<unknown> }> {
  const context = await browser.newContext({ viewport: { width: 520, height: 460 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const serve = serveSecretPage(() => ({
    sentence: 'Opens the encrypted key file of /data.',
    warnings: [],
    asks: ['passphrase'],
    mayKeep: false,
    button: 'Unlock',
    problem: null,
    ...question,
  }));
  await context.route('**/*', async (route) => {
    const request = route.request();
    const url = request.url().replace(ORIGIN, 'quantum-lock-secret://window');
    const answer = await serve({ url, method: request.method() } as Request);
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    });
  });
  await page.addInitScript(preload());
  await page.goto(`${ORIGIN}/`);
  await page.locator('input:focus').waitFor();
  return { page, sent: () => page.evaluate(() => (globalThis as unknown as { sent: unknown }).sent) };
}

test('what is typed is sent to the main process alone, by the button or by Enter', async () => {
  const { page, sent } = await open({ mayKeep: true });
  await page.keyboard.type('a passphrase of ours');
  expect(await page.locator('input[type=password]').inputValue()).toBe('a passphrase of ours');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByLabel('Passphrase of the key file').press('Enter');
  const fields = { passphrase: 'a passphrase of ours', keep: 'yes', decision: 'yes' };
  expect(await sent()).toEqual([
    ['quantum-lock:secret', fields],
    ['quantum-lock:secret', fields],
  ]);
  expect(page.url()).toBe(`${ORIGIN}/`);
});

test('nothing is sent while a field is empty; Cancel and Escape give up', async () => {
  const { page, sent } = await open({ asks: ['export_passphrase', 'new_passphrase'], button: 'Import' });
  await page.keyboard.type('one of them');
  await page.getByRole('button', { name: 'Import' }).click();
  expect(await sent()).toEqual([]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.keyboard.press('Escape');
  expect(await sent()).toEqual([
    [
      'quantum-lock:secret',
      { export_passphrase: 'one of them', new_passphrase: '', new_passphrase_again: '', decision: 'no' },
    ],
    ['quantum-lock:secret', { decision: 'no' }],
  ]);
});

test('a script in what is shown does not run, and everything can be read', async () => {
  const sentence =
    'Imports </h1><script>globalThis.sent.push("x")</script><img src=x onerror=globalThis.sent.push(1)>\u202e.';
  const { page, sent } = await open({ sentence, warnings: ['<b>careful</b>'], problem: 'A passphrase is missing.' });
  await page.getByText('\\u{202e}').waitFor();
  await page.getByText('<b>careful</b>').waitFor();
  await page.getByRole('alert').getByText('A passphrase is missing.').waitFor();
  const outcome = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.sent.push("injected")';
    document.head.append(script);
    return fetch('https://example.org/').then(
      () => 'fetched',
      () => 'refused',
    );
  });
  expect(outcome).toBe('refused');
  expect(await sent()).toEqual([]);
  expect(await lookAt(page, 'the desktop asks for a passphrase')).toEqual([]);
});
