import { join } from 'node:path';

import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { launchChromium } from './chromium.ts';
import { askedWord, WORD_LABEL } from './confirming.ts';
import { dm, goTo, openPage } from './opened-page.ts';
import { createAccount, lookAt, temporaryDirectory, type Account } from './real-console.ts';

/** A real chain that was founded while the machine's clock was ahead, in the page of a console whose clock is right. */

const AHEAD_MS = 100 * 24 * 3_600_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** The same machine, with a clock that is ahead. */
function ahead(account: Account): Account {
  const clock = `const now = Date.now; Date.now = () => now() + ${AHEAD_MS}`;
  const shifted = `--import=data:text/javascript,${encodeURIComponent(clock)}`;
  return { ...account, environment: { ...account.environment, NODE_OPTIONS: shifted } };
}

test('the page warns that the chain is ahead, and proposes to set it back', async () => {
  const account = createAccount();
  const dataDirectory = join(temporaryDirectory(), 'chain');

  // Where the clocks agree, nothing is offered, and the form says why.
  const right = await openPage(browser, account, join(temporaryDirectory(), 'right'));
  await goTo(right.page, '#/approvals?do=propose');
  await right.page.getByRole('link', { name: /^Set a parameter…/ }).waitFor();
  expect(await right.page.getByText(/clock back/).count()).toBe(0);
  await goTo(right.page, '#/approvals?do=clock');
  await right.page.getByText('there is nothing to set back', { exact: false }).waitFor();
  expect(await right.page.getByRole('button', { name: 'Propose the reset…' }).count()).toBe(0);
  await right.console.stop();

  await dm(ahead(account), dataDirectory, 'blockchain', 'init', '--sandbox', '--key-store', 'file');
  const desk = await openPage(browser, account, dataDirectory);
  const { page, console, complaints } = desk;
  const band = page.getByRole('region', { name: 'The chain’s time is ahead' });
  await band.getByText('The chain’s time is 99 days ahead of this machine’s clock.').waitFor();
  await page.getByText('transactions a second, by the chain’s time').waitFor();
  await page.getByRole('region', { name: 'Alerts' }).getByText('CLOCK_BEHIND_CHAIN').waitFor();
  await page.getByRole('row').getByText('99 days ahead').first().waitFor();
  expect(await lookAt(page, 'ahead of time, overview')).toEqual([]);

  await goTo(page, '#/approvals?do=propose');
  await page
    .getByRole('link', { name: /^Set the chain’s clock back…/ })
    .last()
    .waitFor();
  await band.getByRole('link', { name: 'Set the chain’s clock back…' }).click();
  const propose = page.getByRole('button', { name: 'Propose the reset…' });
  const time = page.getByLabel('Correct time');
  const suggested = await time.inputValue();
  expect(Math.abs(Date.parse(`${suggested}Z`) - Date.now())).toBeLessThan(60_000);
  expect(await propose.isDisabled(), 'a reason is needed').toBe(true);
  await page.getByLabel('Reason').fill('the clock of this machine was ahead');
  await time.fill(new Date(Date.now() + 2 * AHEAD_MS).toISOString().slice(0, 19));
  await page.getByText('The clock of a chain is only set back').waitFor();
  expect(await propose.isDisabled()).toBe(true);
  await time.fill(suggested);
  await page.locator('main code.command').getByText('reset-clock', { exact: false }).waitFor();
  expect(await lookAt(page, 'ahead of time, form')).toEqual([]);
  await propose.click();
  await page.getByText(/^The chain's time is set back to .*, and a new era begins\./).waitFor();
  expect(await lookAt(page, 'ahead of time, review')).toEqual([]);

  const opening = desk.context.waitForEvent('page');
  await page.getByRole('button', { name: 'Sign the proposal…' }).click();
  const popup = await opening;
  await popup.getByLabel(WORD_LABEL).fill(await askedWord(popup));
  await popup.getByLabel('Signing code').fill(console.signingCode);
  await popup.getByRole('button', { name: 'Sign' }).click();
  await page.getByText(/^Signed, and on disk in block 1\.$/).waitFor();
  await page.getByRole('link', { name: 'Open the proposal' }).click();
  await band.getByRole('link', { name: 'Setting it back is proposed' }).waitFor();
  // It expires by the chain's time: a week of it, not a hundred days of this machine's.
  await page.getByText(/expires .*, in 7 days/).waitFor();

  const id = /0x[0-9a-f]{64}/.exec(page.url())?.[0] ?? '';
  await dm(account, dataDirectory, 'proposal', 'approve', id, '--yes', '--as', 'Operations 2');
  await page.getByRole('link', { name: /^Healthy · block 2/ }).waitFor();
  await band.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});
