import { join } from 'node:path';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { launchChromium } from './chromium.ts';
import { typeAskedWord } from './confirming.ts';
import {
  createAccount,
  lookAt,
  openDesk,
  runDm,
  startRealConsole,
  temporaryDirectory,
  type Account,
  type Desk,
  type RealConsole,
} from './real-console.ts';

/** Two tabs of one console: who acts, what is unlocked and what waits is the host's, and both say the same. */

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

interface Tabs {
  readonly account: Account;
  readonly dataDirectory: string;
  readonly console: RealConsole;
  readonly desk: Desk;
  readonly tabs: readonly [Page, Page];
}

async function openTabs(): Promise<Tabs> {
  const account = createAccount();
  const dataDirectory = join(temporaryDirectory(), 'data');
  const console = await startRealConsole({ dataDirectory, account, args: ['--sandbox'] });
  const desk = await openDesk(browser);
  const first = desk.page;
  await first.goto(console.address);
  await first.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  const second = await desk.context.newPage();
  await second.goto(console.origin);
  await second.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  return { account, dataDirectory, console, desk, tabs: [first, second] };
}

const acting = (page: Page, name: string): Promise<void> =>
  page.locator('header.top .who').getByText(name, { exact: true }).waitFor();

async function actAs(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Keys' }).click();
  await page.getByRole('region', { name: 'Identities' }).getByRole('link', { name }).click();
  await page.getByRole('button', { name: `Act as ${name}` }).click();
}

/** Up to the review of a freeze, by whoever acts. */
async function reviewFreeze(page: Page): Promise<void> {
  await page.evaluate(() => (globalThis.location.hash = '#/approvals?do=freeze'));
  await page.getByRole('textbox').last().fill('A key was seen in public');
  await page.getByRole('button', { name: 'Review the freeze…' }).click();
  await page.getByRole('button', { name: 'Sign the freeze…' }).waitFor();
}

async function openWindow(desk: Desk, page: Page): Promise<Page> {
  const opening = desk.context.waitForEvent('page');
  await page.getByRole('button', { name: 'Sign the freeze…' }).click();
  const popup = await opening;
  await popup.getByRole('button', { name: 'Sign' }).waitFor();
  return popup;
}

test('whoever acts is the same in every tab, wherever it was chosen', async () => {
  const { account, dataDirectory, tabs } = await openTabs();
  const [first, second] = tabs;
  for (const page of tabs) await acting(page, 'Operations 1');
  await actAs(first, 'Operations 2');
  for (const page of tabs) await acting(page, 'Operations 2');
  // What the other tab asks for is in the name that its header shows.
  await reviewFreeze(second);
  await second.getByRole('region', { name: 'Review and sign' }).getByText('As Operations 2').waitFor();
  const used = await runDm(account, ['key', 'use', 'Security lead', '--data', dataDirectory]);
  expect(used.code).toBe(0);
  for (const page of tabs) await acting(page, 'Security lead');
});

test('what is unlocked is so for one key, is said in every tab, and ends there', async () => {
  const { console, desk, tabs } = await openTabs();
  const [first, second] = tabs;
  await reviewFreeze(first);
  const popup = await openWindow(desk, first);
  await typeAskedWord(popup);
  await popup.getByLabel('Signing code').fill(console.signingCode);
  await popup.getByLabel('Keep signing unlocked').check();
  await popup.getByRole('button', { name: 'Sign' }).click();
  await first.getByText(/^Signed, and on disk in block \d+\.$/).waitFor();
  const said = (page: Page) => page.getByRole('status', { name: 'Signing is unlocked' });
  for (const page of tabs) {
    await said(page)
      .getByText(/^Unlocked until \d\d:\d\d · Operations 1$/)
      .waitFor();
    expect(await lookAt(page, 'signing unlocked')).toEqual([]);
  }
  // As somebody else the code is asked for again, and is so on coming back.
  await actAs(second, 'Operations 2');
  for (const page of tabs) {
    await acting(page, 'Operations 2');
    await expect.poll(() => said(page).count()).toBe(0);
  }
});

test('signing that is unlocked is locked from any tab', async () => {
  const { console, desk, tabs } = await openTabs();
  const [first, second] = tabs;
  await reviewFreeze(first);
  const popup = await openWindow(desk, first);
  await typeAskedWord(popup);
  await popup.getByLabel('Signing code').fill(console.signingCode);
  await popup.getByLabel('Keep signing unlocked').check();
  await popup.getByRole('button', { name: 'Sign' }).click();
  await second.getByRole('status', { name: 'Signing is unlocked' }).getByRole('button', { name: 'Lock' }).click();
  for (const page of tabs)
    await expect.poll(() => page.getByRole('status', { name: 'Signing is unlocked' }).count()).toBe(0);
});

test('a page that was loaded again finds its review, or hears how it ended', async () => {
  const { console, desk, tabs } = await openTabs();
  const [first] = tabs;
  await reviewFreeze(first);
  const popup = await openWindow(desk, first);
  await first.reload();
  const waiting = first.getByRole('status', { name: 'A signature waits' });
  await waiting.getByText('A signature waits to be confirmed, as Operations 1:').waitFor();
  expect(await lookAt(first, 'a signature waits after a reload')).toEqual([]);
  // The window can be had again; the one before ends.
  const opening = desk.context.waitForEvent('page');
  await waiting.getByRole('button', { name: 'Open the window again' }).click();
  const again = await opening;
  onTestFinished(() => popup.close());
  await typeAskedWord(again);
  await again.getByLabel('Signing code').fill(console.signingCode);
  await again.getByRole('button', { name: 'Sign' }).click();
  const ended = first.getByRole('status', { name: 'A signature from before' });
  await ended.getByText(/Signed, and on disk in block \d+\./).waitFor();
  await ended.getByRole('button', { name: 'Dismiss' }).click();
  await expect.poll(() => ended.count()).toBe(0);
  await first.reload();
  await first.getByRole('heading', { level: 1 }).first().waitFor();
  expect(await ended.count()).toBe(0);
});
